#pragma once

// libpq, PostgreSQL's client library, opened when it is first wanted: who uses no server needs it neither to build the
// tool nor to run it. Declared by hand are the functions that are called, as libpq-fe.h has them; they have been the
// same in every libpq.so.5 (PostgreSQL 9.6 and later).

typedef struct libpq_connection libpq_connection;
typedef struct libpq_result libpq_result;

enum libpq_status { LIBPQ_COMMAND_OK = 1, LIBPQ_TUPLES_OK = 2, LIBPQ_COPY_IN = 4, LIBPQ_SINGLE_TUPLE = 9 };

/// Opens the library: the one of that path, or the system's for NULL. NULL once it is open, else why it is not.
/// All other functions need it open.
const char *libpq_open(const char *path);

/// PQconnectdbParams, but what the server notes besides errors is never printed, not while the connection is made either.
/// Where a server let the time pass that it had, `*late` is that time in seconds, else 0.
libpq_connection *libpq_connect(const char *const *keywords, const char *const *values, int *late);
void libpq_finish(libpq_connection *connection);
/// Whether the connection is up.
int libpq_is_up(const libpq_connection *connection);
/// Whether the server wanted a password, given or not.
int libpq_wanted_password(const libpq_connection *connection);
const char *libpq_error(const libpq_connection *connection);
int libpq_server_version(const libpq_connection *connection);

/// Sends a statement, with parameters as text; the results are text, or binary where that is wanted, and come row by row.
/// 1 once it is sent.
int libpq_send(libpq_connection *connection, const char *sql, int count, const char *const *values, int binary);
/// The next result; NULL after the last, and with `*is_late` = 1 where the server has said nothing for so many seconds.
libpq_result *libpq_next_result(libpq_connection *connection, double seconds, int *is_late);
int libpq_status(const libpq_result *result);
/// A field of the error: 'C' the SQLSTATE, 'M' the message, 'D' the detail; NULL where there is none.
const char *libpq_error_field(const libpq_result *result, int field);
int libpq_rows(const libpq_result *result);
int libpq_columns(const libpq_result *result);
/// The bytes of a value, NULL for a null.
const char *libpq_value(const libpq_result *result, int row, int column);
int libpq_length(const libpq_result *result, int row, int column);
void libpq_clear(libpq_result *result);

int libpq_put(libpq_connection *connection, const char *bytes, int count);
/// Ends a copy; with an error, so that the server forgets it.
int libpq_put_end(libpq_connection *connection, const char *error);
