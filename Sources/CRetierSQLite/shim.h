#ifndef RETIER_SQLITE_SHIM_H
#define RETIER_SQLITE_SHIM_H
// sqlite3_config is variadic, so Swift cannot import it. It is declared here instead of including
// <sqlite3.h>, which GRDB already exposes as a module of its own.
extern int sqlite3_config(int option, ...);

/// Turns SQLite's memory statistics off. Its lock is taken at every allocation and makes two reading
/// threads as slow as one. Must run before the first connection; returns an SQLite result code.
static inline int retier_sqlite_disable_memory_statistics(void) {
    return sqlite3_config(9 /* SQLITE_CONFIG_MEMSTATUS */, 0);
}
#endif
