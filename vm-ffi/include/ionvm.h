/* ionvm.h: native modules of IonVM, in C.
 *
 * A module is a library that exports ionvm_module_v1. The machine calls it once and
 * reads the table that it answers with; every function of the table then is a native
 * `MODULE.NAME` of programs. docs/native-libraries.md tells the rest.
 *
 * Values are numbers that mean something within one call only: 0 is none. What a module
 * asks wrongly (a value that there is not, a text that is no UTF-8, a length past the
 * limit) answers 0 and makes the call fail with `:ffi`, whatever it answers with.
 *
 * Rules for a module:
 * - `call` and `api` are valid until the function returns, on its own thread only;
 *   so are the bytes that `text` points at.
 * - A function returns: it neither exits, nor jumps (longjmp) nor throws out.
 * - Functions may be called on several threads at once.
 */
#ifndef IONVM_H
#define IONVM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IONVM_ABI 1u
#define IONVM_BLOCKING 1u     /* may take over a millisecond, or wait */
#define IONVM_ANY UINT32_MAX  /* any number of arguments */

typedef uint32_t ion_value;
typedef struct ion_call ion_call;

enum {
    ION_NONE = 0,
    ION_UNDEFINED = 1,
    ION_UNIT = 2,
    ION_BOOLEAN = 3,
    ION_NUMBER = 4,
    ION_INTEGER = 5,
    ION_COMPLEX = 6,
    ION_STRING = 7,
    ION_BYTES = 8,
    ION_ATOM = 9,
    ION_TUPLE = 10,
    ION_ARRAY = 11,
    ION_LIST = 12,
    ION_MAP = 13,
    ION_OBJECT = 14,
    ION_OPAQUE = 15 /* can be handed on, not looked into */
};

/* What the machine does for a module during a call. `int32_t` results are 1 for yes, 0 for no. */
typedef struct ion_api {
    uint32_t abi;
    uint32_t size; /* of this struct: later versions of it are longer */

    /* Arguments. */
    uint32_t (*count)(ion_call *call);
    ion_value (*argument)(ion_call *call, uint32_t index);

    /* Looking at values. */
    uint32_t (*kind)(ion_call *call, ion_value value);
    int32_t (*number)(ion_call *call, ion_value value, double *out);
    int32_t (*integer)(ion_call *call, ion_value value, int64_t *out);
    int32_t (*boolean)(ion_call *call, ion_value value, int32_t *out);
    int32_t (*complex_)(ion_call *call, ion_value value, double *re, double *im);
    /* Bytes of a string, atom or bytes, digits of an integer; no 0 stands behind them. */
    const char *(*text)(ion_call *call, ion_value value, size_t *length);
    size_t (*length)(ion_call *call, ion_value value);
    ion_value (*item)(ion_call *call, ion_value value, size_t index);
    ion_value (*key)(ion_call *call, ion_value value, size_t index);
    ion_value (*property)(ion_call *call, ion_value value, const char *name, size_t length);

    /* Making values. */
    ion_value (*make_undefined)(ion_call *call);
    ion_value (*make_unit)(ion_call *call);
    ion_value (*make_boolean)(ion_call *call, int32_t value);
    ion_value (*make_number)(ion_call *call, double value);
    ion_value (*make_integer)(ion_call *call, int64_t value);
    ion_value (*make_complex)(ion_call *call, double re, double im);
    /* kind: ION_STRING, ION_BYTES, ION_ATOM, or ION_INTEGER by its digits. Copies. */
    ion_value (*make_text)(ion_call *call, uint32_t kind, const char *data, size_t length);
    /* kind: ION_TUPLE, ION_ARRAY, ION_LIST, ION_MAP or ION_OBJECT. */
    ion_value (*make_empty)(ion_call *call, uint32_t kind);
    int32_t (*push)(ion_call *call, ion_value sequence, ion_value item);
    int32_t (*put)(ion_call *call, ion_value map_or_object, ion_value key, ion_value value);

    /* Whether the calling process holds a right, such as "fs.read:/data". */
    int32_t (*permits)(ion_call *call, const char *right, size_t length);
    /* Makes the call fail; kind is the error's atom without colon, NULL for "ffi". */
    void (*fail)(ion_call *call, const char *kind, size_t kind_length, const char *message,
                 size_t message_length);

    const void *reserved;
} ion_api;

/* A function answers with a value of its call, or with 0 after `fail`. */
typedef ion_value (*ion_function)(const ion_api *api, ion_call *call);

typedef struct ion_native {
    const char *name;  /* lower-case letters, digits and _ */
    const char *about; /* what it does; may be NULL */
    ion_function function;
    const char *right; /* that every caller needs beside that to the library; may be NULL */
    uint32_t least;    /* fewest arguments */
    uint32_t most;     /* most arguments, or IONVM_ANY */
    uint32_t flags;    /* IONVM_BLOCKING or 0 */
    uint32_t reserved; /* 0 */
} ion_native;

typedef struct ion_module {
    uint32_t abi;      /* IONVM_ABI */
    uint32_t count;    /* of natives */
    const char *name;  /* what the library's name says: libgreet.so holds greet */
    const char *about; /* may be NULL */
    const ion_native *natives;
} ion_module;

#if defined(_WIN32)
#define IONVM_EXPORT __declspec(dllexport)
#else
#define IONVM_EXPORT __attribute__((visibility("default")))
#endif

/* The one symbol that a module exports. */
IONVM_EXPORT const ion_module *ionvm_module_v1(void);

#ifdef __cplusplus
}
#endif

#endif
