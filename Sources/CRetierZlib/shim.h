#ifndef RETIER_ZLIB_SHIM_H
#define RETIER_ZLIB_SHIM_H
#include <zlib.h>
#endif
