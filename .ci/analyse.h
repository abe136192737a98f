/*
 * analyse.h - what clang's analyzer cannot see in one file, told to it by `make tidy`.
 *
 * error_set() and error_errno() always return false (reports/error.h), which is why functions end
 * by `return error_set(...)`. Without that knowledge each such function seems to succeed sometimes
 * and to leave its result unset.
 */
#include "reports/error.h"

#define error_set(...)   (error_set(__VA_ARGS__), false)
#define error_errno(...) (error_errno(__VA_ARGS__), false)
