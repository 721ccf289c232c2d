#pragma once

#include <stddef.h>

// libcurl, which Foundation's URLSession is made of on Linux, opened when it is first wanted. It is used without that session,
// which keeps bodies of redirections, hands bytes on faster than they are taken, and traps on lengths that a server may claim.
// Declared by hand is what is called, as curl.h has it; it has been the same in every libcurl.so.4 since 7.62 (2018).

/// A request, and who sees its answer. A function that returns 0 ends the exchange.
typedef struct {
    const char *url, *method;
    /// Lines as in `Accept: text/plain`, and how many.
    const char *const *headers;
    size_t header_count;
    /// The body; NULL for none.
    const void *body;
    size_t body_bytes;
    /// The most milliseconds from the request to the end of the answer, 0 for any; and the most seconds with less than 100
    /// bytes a second of it.
    long milliseconds, silent_seconds;
    void *context;
    /// Sees each line of each head, with its line break.
    int (*line)(void *context, const char *bytes, size_t count);
    /// Takes each piece of the body.
    int (*piece)(void *context, const void *bytes, size_t count);
    /// Whether to go on; asked about once a second.
    int (*goes_on)(void *context);
} libcurl_request;

/// LIBCURL_IMPOSSIBLE: broken, and would be again.
enum libcurl_outcome { LIBCURL_COMPLETE, LIBCURL_LATE, LIBCURL_BROKEN, LIBCURL_IMPOSSIBLE };

/// Makes the request and waits for its end.
///
/// @param reason  At least 256 bytes, for why it is broken.
enum libcurl_outcome libcurl_exchange(const libcurl_request *request, char *reason);
