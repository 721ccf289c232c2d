#include "libcurl.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct lines lines;
typedef int code;

#define FUNCTIONS(F)                                                                                                   \
    F(code, curl_global_init, (long))                                                                                  \
    F(void *, curl_easy_init, (void))                                                                                  \
    F(code, curl_easy_setopt, (void *, int, ...))                                                                      \
    F(code, curl_easy_perform, (void *))                                                                               \
    F(void, curl_easy_cleanup, (void *))                                                                               \
    F(const char *, curl_easy_strerror, (code))                                                                        \
    F(lines *, curl_slist_append, (lines *, const char *))                                                             \
    F(void, curl_slist_free_all, (lines *))

#define POINTER(result, name, arguments) static result(*name) arguments;
FUNCTIONS(POINTER)

// The options' numbers, of curl.h.
enum {
    WRITEDATA = 10001, URL = 10002, ERRORBUFFER = 10010, POSTFIELDS = 10015, HTTPHEADER = 10023, HEADERDATA = 10029,
    CAINFO = 10065,
    CUSTOMREQUEST = 10036, XFERINFODATA = 10057,
    LOW_SPEED_LIMIT = 19, LOW_SPEED_TIME = 20, NOPROGRESS = 43, NOSIGNAL = 99, TIMEOUT_MS = 155,
    CONNECTTIMEOUT = 78, PROTOCOLS = 181, SUPPRESS_CONNECT_HEADERS = 265, WRITEFUNCTION = 20011, HEADERFUNCTION = 20079, XFERINFOFUNCTION = 20219,
    POSTFIELDSIZE_LARGE = 30120,
};
enum { http_and_https = 3, everything = 3, ok = 0, timed_out = 28 };

// Whether the next attempt would fail in the same way: an address that is none, or a certificate that is not trusted.
static int is_final(code result) {
    enum { address = 3, certificate = 60, no_authorities = 77, revocations = 82, issuer = 83, pinned = 90, status = 91 };
    switch (result) {
    case address: case certificate: case no_authorities: case revocations: case issuer: case pinned: case status:
        return 1;
    default:
        return 0;
    }
}

// The file of authorities that the user trusts, as the program curl has it; libcurl itself looks at no variable.
static const char *authorities(void) {
    const char *const names[] = {"CURL_CA_BUNDLE", "SSL_CERT_FILE"};
    for (int i = 0; i < 2; i++) {
        const char *file = getenv(names[i]);
        if (file && *file) return file;
    }
    return NULL;
}

static const char *open_library(void) {
#ifdef __APPLE__
    void *library = dlopen("libcurl.4.dylib", RTLD_NOW | RTLD_LOCAL);
#else
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
#endif
    if (!library) return dlerror();
#define LOOK_UP(result, name, arguments)                                                                               \
    if (!(*(void **)&name = dlsym(library, #name))) return "it has no function " #name;
    FUNCTIONS(LOOK_UP)
    return curl_global_init(everything) == ok ? NULL : "it cannot be initialised";
}

static const char *opened(void) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static int is_open;
    pthread_mutex_lock(&mutex);
    const char *reason = is_open ? NULL : open_library();
    if (!reason) is_open = 1;
    pthread_mutex_unlock(&mutex);
    return reason;
}

static size_t see_line(char *bytes, size_t size, size_t count, void *request) {
    const libcurl_request *own = request;
    return own->line(own->context, bytes, size * count) ? size * count : 0;
}
static size_t take_piece(char *bytes, size_t size, size_t count, void *request) {
    const libcurl_request *own = request;
    return own->piece(own->context, bytes, size * count) ? size * count : 0;
}
static int look(void *request, int64_t down_all, int64_t down, int64_t up_all, int64_t up) {
    const libcurl_request *own = request;
    (void)down_all, (void)down, (void)up_all, (void)up;
    return !own->goes_on(own->context);
}

enum libcurl_outcome libcurl_exchange(const libcurl_request *request, char *reason) {
    const char *fault = opened();
    void *handle = fault ? NULL : curl_easy_init();
    if (!handle) {
        snprintf(reason, 256, "libcurl cannot be used: %s", fault ? fault : "no memory");
        return LIBCURL_BROKEN;
    }
    lines *headers = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < request->header_count; i++) headers = curl_slist_append(headers, request->headers[i]);
    curl_easy_setopt(handle, URL, request->url);
    if (request->body) {
        curl_easy_setopt(handle, POSTFIELDSIZE_LARGE, (int64_t)request->body_bytes);
        curl_easy_setopt(handle, POSTFIELDS, request->body);
    }
    curl_easy_setopt(handle, CUSTOMREQUEST, request->method);
    curl_easy_setopt(handle, HTTPHEADER, headers);
    curl_easy_setopt(handle, PROTOCOLS, (long)http_and_https);
    curl_easy_setopt(handle, NOSIGNAL, 1L);
    if (authorities()) curl_easy_setopt(handle, CAINFO, authorities());
    curl_easy_setopt(handle, CONNECTTIMEOUT, 60L);
    curl_easy_setopt(handle, TIMEOUT_MS, request->milliseconds);
    curl_easy_setopt(handle, LOW_SPEED_LIMIT, 100L);
    curl_easy_setopt(handle, LOW_SPEED_TIME, request->silent_seconds);
    curl_easy_setopt(handle, SUPPRESS_CONNECT_HEADERS, 1L);  // what a proxy says of its tunnel is no answer
    curl_easy_setopt(handle, HEADERFUNCTION, see_line);
    curl_easy_setopt(handle, HEADERDATA, request);
    curl_easy_setopt(handle, WRITEFUNCTION, take_piece);
    curl_easy_setopt(handle, WRITEDATA, request);
    curl_easy_setopt(handle, NOPROGRESS, 0L);
    curl_easy_setopt(handle, XFERINFOFUNCTION, look);
    curl_easy_setopt(handle, XFERINFODATA, request);
    reason[0] = 0;
    curl_easy_setopt(handle, ERRORBUFFER, reason);
    const code result = curl_easy_perform(handle);
    if (result != ok && reason[0] == 0) snprintf(reason, 256, "%s", curl_easy_strerror(result));
    curl_easy_cleanup(handle);
    curl_slist_free_all(headers);
    return result == ok ? LIBCURL_COMPLETE : result == timed_out ? LIBCURL_LATE
        : is_final(result) ? LIBCURL_IMPOSSIBLE : LIBCURL_BROKEN;
}
