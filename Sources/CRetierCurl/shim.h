#ifndef RETIER_CURL_SHIM_H
#define RETIER_CURL_SHIM_H
// The type checks are macros around the variadic functions; the wrappers below are typed instead.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#endif
