#include "libpq.h"
#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

typedef libpq_connection PGconn;
typedef libpq_result PGresult;
typedef void (*notice_processor)(void *, const char *);
typedef struct {
    char *keyword, *environment, *compiled, *value, *label, *shown;
    int size;
} conninfo_option;

enum { CONNECTION_OK, CONNECTION_BAD };
enum { POLLING_READING = 1, POLLING_WRITING = 2 };

#define FUNCTIONS(F)                                                                                                   \
    F(PGconn *, PQconnectStartParams, (const char *const *, const char *const *, int))                                 \
    F(int, PQconnectPoll, (PGconn *))                                                                                  \
    F(conninfo_option *, PQconninfo, (PGconn *))                                                                       \
    F(void, PQconninfoFree, (conninfo_option *))                                                                       \
    F(void, PQfinish, (PGconn *))                                                                                      \
    F(int, PQstatus, (const PGconn *))                                                                                 \
    F(int, PQconnectionNeedsPassword, (const PGconn *))                                                                \
    F(int, PQconnectionUsedPassword, (const PGconn *))                                                                 \
    F(char *, PQerrorMessage, (const PGconn *))                                                                        \
    F(int, PQserverVersion, (const PGconn *))                                                                          \
    F(notice_processor, PQsetNoticeProcessor, (PGconn *, notice_processor, void *))                                    \
    F(int, PQsendQueryParams,                                                                                          \
      (PGconn *, const char *, int, const unsigned *, const char *const *, const int *, const int *, int))             \
    F(int, PQsetSingleRowMode, (PGconn *))                                                                             \
    F(int, PQsocket, (const PGconn *))                                                                                 \
    F(int, PQconsumeInput, (PGconn *))                                                                                 \
    F(int, PQisBusy, (PGconn *))                                                                                       \
    F(PGresult *, PQgetResult, (PGconn *))                                                                             \
    F(int, PQresultStatus, (const PGresult *))                                                                         \
    F(char *, PQresultErrorField, (const PGresult *, int))                                                             \
    F(int, PQntuples, (const PGresult *))                                                                              \
    F(int, PQnfields, (const PGresult *))                                                                              \
    F(int, PQgetisnull, (const PGresult *, int, int))                                                                  \
    F(char *, PQgetvalue, (const PGresult *, int, int))                                                                \
    F(int, PQgetlength, (const PGresult *, int, int))                                                                  \
    F(void, PQclear, (PGresult *))                                                                                     \
    F(int, PQputCopyData, (PGconn *, const char *, int))                                                               \
    F(int, PQputCopyEnd, (PGconn *, const char *))

#define POINTER(result, name, arguments) static result(*name) arguments;
FUNCTIONS(POINTER)

static const char *open_library(const char *path) {
    void *library = dlopen(path ? path : "libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
#define LOOK_UP(result, name, arguments)                                                                               \
    if (!(*(void **)&name = dlsym(library, #name))) return "it has no function " #name;
    FUNCTIONS(LOOK_UP)
    return NULL;
}

const char *libpq_open(const char *path) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static int is_open;
    pthread_mutex_lock(&mutex);
    const char *reason = is_open ? NULL : open_library(path);
    if (!reason) is_open = 1;
    pthread_mutex_unlock(&mutex);
    return reason;
}

static void ignore(void *context, const char *message) { (void)context, (void)message; }

// The seconds that a server has for a connection, by what was given or by libpq's environment; 0: no bound.
static int connect_timeout(PGconn *connection) {
    int seconds = 0;
    conninfo_option *options = PQconninfo(connection);
    for (conninfo_option *option = options; option && option->keyword; option++)
        if (!strcmp(option->keyword, "connect_timeout") && option->value) seconds = atoi(option->value);
    PQconninfoFree(options);
    return seconds > 0 ? seconds : 0;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

// Waits until a server can be read from or written to; 0 where it cannot by then, the time being over.
static int is_ready(int server, short event, double end) {
    struct pollfd waiting = {.fd = server, .events = event};
    int ready;
    do {
        double seconds = end - now();
        if (seconds <= 0) return 0;
        ready = poll(&waiting, 1, seconds < 1e6 ? (int)(seconds * 1000) + 1 : -1);
    } while (ready < 0 && errno == EINTR);
    return ready != 0;
}

libpq_connection *libpq_connect(const char *const *keywords, const char *const *values, int *late) {
    int state = POLLING_WRITING;
    *late = 0;
    PGconn *connection = PQconnectStartParams(keywords, values, 1);
    if (!connection) return NULL;
    PQsetNoticeProcessor(connection, ignore, NULL);
    if (PQstatus(connection) == CONNECTION_BAD) return connection;
    int seconds = connect_timeout(connection);
    double end = seconds ? now() + seconds : INFINITY;
    while (state == POLLING_READING || state == POLLING_WRITING) {
        if (!is_ready(PQsocket(connection), state == POLLING_READING ? POLLIN : POLLOUT, end)) {
            // libpq finds the connection broken, and goes on to the next server of a list, which has as long.
            shutdown(PQsocket(connection), SHUT_RDWR);
            end = now() + seconds;
            *late = seconds;
        }
        state = PQconnectPoll(connection);
    }
    return connection;
}

void libpq_finish(libpq_connection *connection) { PQfinish(connection); }
int libpq_is_up(const libpq_connection *connection) { return PQstatus(connection) == CONNECTION_OK; }
int libpq_wanted_password(const libpq_connection *connection) {
    return PQconnectionNeedsPassword(connection) || PQconnectionUsedPassword(connection);
}
const char *libpq_error(const libpq_connection *connection) { return PQerrorMessage(connection); }
int libpq_server_version(const libpq_connection *connection) { return PQserverVersion(connection); }

int libpq_send(libpq_connection *connection, const char *sql, int count, const char *const *values, int binary) {
    return PQsendQueryParams(connection, sql, count, NULL, values, NULL, NULL, binary)
           && PQsetSingleRowMode(connection);
}
libpq_result *libpq_next_result(libpq_connection *connection, double seconds, int *is_late) {
    *is_late = 0;
    while (PQisBusy(connection)) {
        struct pollfd server = {.fd = PQsocket(connection), .events = POLLIN};
        int ready = poll(&server, 1, (int)(seconds * 1000));
        if (ready == 0) {
            *is_late = 1;
            return NULL;
        }
        if ((ready < 0 && errno != EINTR) || (ready > 0 && !PQconsumeInput(connection))) break;
    }
    return PQgetResult(connection);
}
int libpq_status(const libpq_result *result) { return PQresultStatus(result); }
const char *libpq_error_field(const libpq_result *result, int field) { return PQresultErrorField(result, field); }
int libpq_rows(const libpq_result *result) { return PQntuples(result); }
int libpq_columns(const libpq_result *result) { return PQnfields(result); }
const char *libpq_value(const libpq_result *result, int row, int column) {
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}
int libpq_length(const libpq_result *result, int row, int column) { return PQgetlength(result, row, column); }
void libpq_clear(libpq_result *result) { PQclear(result); }

int libpq_put(libpq_connection *connection, const char *bytes, int count) {
    return PQputCopyData(connection, bytes, count);
}
int libpq_put_end(libpq_connection *connection, const char *error) { return PQputCopyEnd(connection, error); }
