/* SPDX-License-Identifier: MIT */
/* services.h - two services, an included header, and names that have to change. */
#ifndef SERVICES_H
#define SERVICES_H

#include <ringcall/idl.h>

#include "include/common.h"

/* Bits that are no part of any message. */
enum { SERVICES_HTTP_PORT = 80, SERVICES_MAX = 1 << 20 };

struct services_request {
	uint64_t user_id;
	struct rc_str base_url;
	uint8_t type;       /* a Go keyword, but no field is one */
	uint8_t _padding_2; /* begins with an underscore */
	uint16_t camelCase;
};

RC_SERVICE(services_admin) {
	int (*stop)(const struct common_user *user, bool now);
	int (*get)(uint32_t id, struct services_request *request);
} RC_VERSION(3) RC_TRANSPORT("cgo:./lib admin.so");

RC_SLICE(services_names, struct rc_str);
typedef const uint32_t services_constant;

// The service that is named as the package.
// It is called Service, although it is not the first.
RC_SERVICE(services) {
	// Parameters that are called as something in generated code.
	int (*get)(const struct services_request *client, uint32_t status, bool context,
	           uint32_t type, uint32_t ctx, uint64_t *reply);
	int (*async)(struct rc_str done, uint32_t call, const uint32_t *send, struct rc_str *args);
	int (*http_get)(struct rc_str url, struct rc_bytes *body);
	int (*loops)(struct services_names i, const struct services_names *elements_i, uint32_t sizes,
	             services_constant k, const services_constant *memcpy, struct rc_str *j);
	int (*wait)(uint64_t *deadline_ns);
};

#endif
