/* What a worker may ask of the kernel, as a seccomp program that the zygote hands to it.  The other walls (rlimits,
 * Landlock, capabilities, the user) are put up in tracer/copyscope/box.py, which says what each is. */
#ifndef CS_BOX_H
#define CS_BOX_H

/* Returns a descriptor (close on exec) of a file that holds the program, an array of struct sock_filter, or -1: this
 * machine has no seccomp.  The caller closes it. */
int cs_box_filter(void);

#endif
