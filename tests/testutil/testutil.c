/* SPDX-License-Identifier: MIT */
/* testutil.c - see testutil.h. */
#include "tests/testutil/testutil.h"

#include <dirent.h>
#include <dlfcn.h>
#include <err.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Of the kit's Go code, if it is linked with this test. */
extern void kit_register(void) __attribute__((weak));

#define PATIENCE_NS (60 * TEST_NS_PER_S)

static bool try_path(char *path, const char *folder, const char *target)
{
	int bytes = snprintf(path, PATH_MAX, "%s/%s", folder, target);

	return bytes > 0 && bytes < PATH_MAX && !access(path, F_OK);
}

const char *test_path(const char *target)
{
	static _Thread_local char path[PATH_MAX];
	const char *runfiles = getenv("TEST_SRCDIR");
	const char *workspace = getenv("TEST_WORKSPACE");
	char folder[PATH_MAX];
	ssize_t bytes;
	char *slash;

	if (runfiles && workspace) {
		snprintf(folder, sizeof(folder), "%s/%s", runfiles, workspace);
		if (try_path(path, folder, target))
			return path;
	}
	bytes = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
	folder[bytes > 0 ? bytes : 0] = '\0';
	while ((slash = strrchr(folder, '/')) != NULL) {
		*slash = '\0';
		if (try_path(path, folder, target))
			return path;
	}
	errx(1, "testutil: found no \"%s\" among the runfiles or above this program", target);
}

/* Has a Go side in this process register its services; a worker does so by itself. */
static void prepare(const char *path)
{
	void *library = *path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	void *found = library ? dlsym(library, "kit_register") : NULL;
	void (*loaded_register)(void);

	if (*path && !found)
		errx(1, "testutil: %s: %s", path, dlerror());
	memcpy(&loaded_register, &found, sizeof(found));
	if (found)
		loaded_register();
	else if (kit_register)
		kit_register();
	else
		errx(1, "testutil: this test is not linked with the kit's Go code");
}

const char *test_endpoint(const char *target)
{
	static _Thread_local char endpoint[PATH_MAX + 8];
	const char *chosen = strcmp(target, TEST_KIT_WORKER) ? NULL : getenv("KIT_ENDPOINT");
	char transport[16] = "worker:";

	if (chosen) {
		size_t bytes = strcspn(chosen, ":") + 1;

		snprintf(transport, sizeof(transport), "%.*s", (int)bytes, chosen);
		target = chosen + bytes;
	}
	snprintf(endpoint, sizeof(endpoint), "%s%s", transport, *target ? test_path(target) : "");
	if (strcmp(transport, "worker:"))
		prepare(endpoint + strlen(transport));
	return endpoint;
}

bool test_in_process(void)
{
	const char *chosen = getenv("KIT_ENDPOINT");

	return chosen && strncmp(chosen, "worker:", 7);
}

bool test_direct(void)
{
	const char *chosen = getenv("KIT_ENDPOINT");

	return chosen && !strncmp(chosen, "cgo:", 4);
}

struct rc_peer *test_open(const struct test_way *way, const struct rc_options *options)
{
	struct rc_options used = options ? *options : (struct rc_options){ 0 };
	struct rc_peer *peer;

	if (way && way->park)
		used.spin_never = 1;
	if (way && way->concurrent)
		setenv("KIT_CONCURRENT", "1", 1);
	if (way && way->ordered)
		setenv("KIT_ORDERED", "1", 1);
	if (rc_open(test_endpoint(TEST_KIT_WORKER), &used, &peer))
		errx(1, "testutil: rc_open: %s", rc_error_last()->text);
	unsetenv("KIT_CONCURRENT");
	unsetenv("KIT_ORDERED");
	return peer;
}

struct rc_client *test_client(struct rc_peer *peer)
{
	struct rc_client *client;

	if (rc_client_open(peer, &client))
		errx(1, "testutil: rc_client_open: %s", rc_error_last()->text);
	return client;
}

void test_close(struct rc_peer *peer, struct rc_client *client)
{
	rc_client_close(client);
	if (rc_close(peer, test_patience_ns()))
		errx(1, "testutil: rc_close: %s", rc_error_last()->text);
}

uint64_t test_in_ms(uint64_t ms)
{
	return rc_now_ns() + ms * TEST_NS_PER_MS;
}

uint64_t test_patience_ns(void)
{
	return rc_now_ns() + PATIENCE_NS;
}

void test_nap(void)
{
	struct timespec nap = { .tv_nsec = 200000 };

	nanosleep(&nap, NULL);
}

int test_count_entries(const char *folder)
{
	DIR *opened = opendir(folder);
	int count = 0;

	if (!opened)
		return 0;
	while (readdir(opened))
		count++;
	closedir(opened);
	return count - 2; /* "." and ".." */
}

/* Children of this thread's process, dead ones included. */
static int count_children(void)
{
	char path[64];
	char text[4096];
	int count = 0;
	size_t bytes;
	FILE *file;

	/* The file lists the children of one thread; a worker is its supervisor's. */
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;

	while (tasks && (task = readdir(tasks)) != NULL) {
		snprintf(path, sizeof(path), "/proc/self/task/%.20s/children", task->d_name);
		file = task->d_name[0] == '.' ? NULL : fopen(path, "re");
		if (!file)
			continue;
		bytes = fread(text, 1, sizeof(text) - 1, file);
		for (size_t i = 0; i < bytes; i++)
			count += text[i] == ' ';
		fclose(file);
	}
	if (tasks)
		closedir(tasks);
	return count;
}

/* Under AddressSanitizer mappings come and go as its allocator likes; it finds leaks by itself. */
#if defined(__SANITIZE_ADDRESS__)
#define COUNTS_MAPPINGS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COUNTS_MAPPINGS 0
#endif
#endif
#ifndef COUNTS_MAPPINGS
#define COUNTS_MAPPINGS 1
#endif

static void count_mappings(struct test_census *census)
{
	FILE *file = fopen("/proc/self/maps", "re");
	char line[PATH_MAX + 256];

	while (file && fgets(line, sizeof(line), file)) {
		census->mappings += COUNTS_MAPPINGS;
		census->regions += strstr(line, "/memfd:ringcall") != NULL;
	}
	if (file)
		fclose(file);
}

void test_census_take(struct test_census *census)
{
	memset(census, 0, sizeof(*census));
	count_mappings(census);
	census->threads = test_count_entries("/proc/self/task");
	census->children = count_children();
	census->descriptors = test_count_entries("/proc/self/fd");
}

bool test_error_says(const char *word, ...)
{
	const char *text = rc_error_last()->text;
	bool says = true;
	va_list words;

	va_start(words, word);
	for (; word; word = va_arg(words, const char *)) {
		if (strstr(text, word))
			continue;
		fprintf(stderr, "no \"%s\" in: %s\n", word, text);
		says = false;
	}
	va_end(words);
	return says;
}

bool test_asleep(int thread_id)
{
	char path[64], text[512] = "";
	const char *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", thread_id);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		errx(1, "testutil: %s cannot be read", path);
	fclose(file);
	name_end = strrchr(text, ')');
	return name_end && !strncmp(name_end, ") S", 3);
}

uint64_t test_cpu_ns(int pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used))
		errx(1, "testutil: process %d has no clock", pid);
	return (uint64_t)used.tv_sec * TEST_NS_PER_S + (uint64_t)used.tv_nsec;
}

/* SplitMix64. */
uint64_t test_random_next(struct test_random *random)
{
	uint64_t mixed = random->state += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

uint64_t test_random_below(struct test_random *random, uint64_t end)
{
	return test_random_next(random) % end;
}
