/* SPDX-License-Identifier: MIT */
/* hosts.h - services that the host offers to Go, beside one that Go implements. */
#ifndef HOSTS_H
#define HOSTS_H

#include <ringcall/idl.h>

/* How much a line of the log matters. */
enum hosts_level {
	HOSTS_INFO,
	HOSTS_ERROR = 3
};

struct hosts_user {
	struct rc_str name;
	struct rc_bytes picture;
	enum hosts_level level;
	bool on;
};
RC_SLICE(hosts_user_slice, struct hosts_user);
RC_SLICE(hosts_level_slice, enum hosts_level);
RC_SLICE(hosts_number_slice, uint32_t);

struct hosts_point {
	int32_t x;
	bool on;
	enum hosts_level level;
};

struct hosts_place {
	double x;
	double y;
};

struct hosts_page {
	struct hosts_user_slice users;
	const struct hosts_point *origin;
	uint64_t total;
};

/* What Go implements. */
RC_SERVICE(hosts) {
	int (*run)(uint64_t steps, struct hosts_page *page);
};

/* What the host offers to Go. */
RC_HOST_SERVICE(hosts_system) {
	/* Tells the time. */
	RC_LEAF int (*now)(uint64_t *unix_ns);
	/* hosts_system_user - finds a user by a part of the name, and the level. */
	int (*user)(struct rc_str part, enum hosts_level level, struct hosts_user *user);
	int (*users)(const struct hosts_page *like, bool all, struct hosts_page *page);
	int (*level)(struct hosts_point at, const uint64_t *number, enum hosts_level *level);
	int (*is_on)(const struct hosts_point *call, bool *err);
	int (*names)(struct hosts_level_slice levels, struct rc_str *root);
	RC_ONEWAY int (*log)(enum hosts_level level, struct rc_str text);
	RC_BY_VALUE int (*move)(struct hosts_point from, const struct hosts_point *read_to);
	int (*stop)(void);
} RC_VERSION(2);

/* Functions that Go calls in place. */
RC_HOST_SERVICE(hosts_leaf) {
	RC_LEAF int (*nothing)(void);
	RC_LEAF int (*add)(int64_t a, int64_t b, int64_t *sum);
	RC_LEAF int (*mixed)(bool yes, enum hosts_level level, struct rc_str text, uint8_t small,
			     struct hosts_point *moved);
	RC_LEAF int (*count)(struct hosts_number_slice numbers, const uint16_t *only, bool *all);
	RC_LEAF int (*near)(const struct hosts_point *a, struct hosts_point b,
			    struct hosts_level_slice levels, enum hosts_level *level);
	RC_LEAF RC_BY_VALUE int (*put)(struct hosts_point point);
	/* Of calls that C takes in registers. */
	RC_LEAF int (*turn)(const struct hosts_place *place, double angle, float scale,
			    int8_t quarters, uint8_t letter, struct hosts_place *turned);
	RC_LEAF RC_BY_VALUE int (*here)(const struct hosts_place *place, uint16_t nth);
	RC_LEAF int (*many)(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t *sum);
};

#endif
