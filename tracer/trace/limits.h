/* What the reader accepts and the writer keeps to.  The reader's memory is bounded by a small multiple of the
 * bytes it was fed; these limits bound the rest. */
#ifndef CS_LIMITS_H
#define CS_LIMITS_H

#define CS_LIMIT_TRACE (UINT64_C(1) << 33)  /* bytes of a whole trace */
#define CS_LIMIT_CHUNK (UINT32_C(1) << 26)  /* bytes of one chunk's payload */
#define CS_LIMIT_STRING (UINT32_C(1) << 20) /* bytes of one string; the writer cuts longer ones */
#define CS_LIMIT_STRINGS (UINT32_C(1) << 26)
#define CS_LIMIT_TYPES (UINT32_C(1) << 20)
#define CS_LIMIT_OBJECTS (UINT32_C(1) << 27)
#define CS_LIMIT_RECORDS (UINT64_C(1) << 28)
#define CS_REMEMBERED (UINT32_C(1) << 20) /* objects, the last ones, whose addresses a slot is expected from */
#define CS_LIMIT_KEPT 4096u               /* chunks kept whole: META, SRC_, NOTE, CAM_, END_ */
#define CS_LIMIT_CAM_DEPTH (UINT32_C(1) << 20)

#define CS_SEQ_APPENDED UINT32_C(0xffffffff) /* seq of a CAM_ or NOTE chunk after END_, outside the digest */

#endif
