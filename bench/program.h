/* SPDX-License-Identifier: MIT */
/*
 * program.h - where files are: the helper programs, and those the user names.
 */
#ifndef RINGCALL_BENCH_PROGRAM_H
#define RINGCALL_BENCH_PROGRAM_H

/* The path of a program that was built with this one: beside it, or among its runfiles. Fails when
 * it is in neither place. The caller frees it. */
char *program_find(const char *name);

/* The absolute path of a file that the user named. `bazel run` starts programs in another folder
 * than the user's, and says which that was. The caller frees it. */
char *program_user_path(const char *path);

/* The endpoint of the worker that the user named by its path, or, where path is NULL, of the one
 * that was built with this program. The caller frees it. */
char *program_worker_endpoint(const char *path);

#endif
