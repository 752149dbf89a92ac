/* The bits of the rows of EVTS and OBJS, as FORMAT.md tells them.  Internal to the library. */
#ifndef CS_ROWS_H
#define CS_ROWS_H

#include "varint.h"

/* EVTS, second byte: which fields follow, and in the upper four bits the slots visited. */
#define CS_ROW_HEAD 0x01u /* four bytes: the head that the first byte stands for from now on */
#define CS_ROW_OBJ 0x02u
#define CS_ROW_ARG 0x04u
#define CS_ROW_T 0x08u
#define CS_ROW_PROBES 4 /* shift */
#define CS_ROW_MANY 15u /* the count follows */
#define CS_ROW_PROBES_MAX 127u
#define CS_ROW_ITEM_PROBES 3u /* of a fused row: both counts less one, two bits each, the value's first */

/* A row of these kinds stands for the records of a plain dict's item: the value's if the head's role says DICT_VALUE,
 * the key's, and SETITEM. */
#define CS_FUSED_ITEM 254u  /* of ATOM */
#define CS_FUSED_FITEM 255u /* of FATOM */

/* OBJS, first byte: the type's ref if it is not 0, how the text is told, which fields follow. */
#define CS_ROW_TYPE 0x0fu
#define CS_ROW_TEXT 0x30u
#define CS_ROW_TEXT_NEXT 0x10u  /* the string after the last that an object had */
#define CS_ROW_TEXT_GIVEN 0x20u /* its ref follows */
#define CS_ROW_LEN 0x40u
#define CS_ROW_FLAGS 0x80u /* flags << 1 | 1 if a name follows */

/* Upper bounds of a row's bytes: the two, and all fields. */
#define CS_ROW_EVTS_MAX (2u + 4u + 4u * CS_VARINT_MAX)
#define CS_ROW_OBJS_MAX (1u + 7u * CS_VARINT_MAX)

#endif
