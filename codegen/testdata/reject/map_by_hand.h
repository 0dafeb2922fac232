/* expect: 17:16: error: struct of_pairs is not laid out as a map; write RC_MAP(NAME, KEY, VALUE); instead */
/* expect: 21:16: error: struct of_triples is not laid out as a map; write RC_MAP(NAME, KEY, VALUE); instead */
/* expect: 25:16: error: struct of_numbers is not laid out as a map; write RC_MAP(NAME, KEY, VALUE); instead */
/* expect: 29:16: error: struct of_nothing is not laid out as a map; write RC_MAP(NAME, KEY, VALUE); instead */
#include <ringcall/idl.h>

#define BY_HAND __attribute__((annotate("ringcall:map")))

struct pair {
	struct rc_str name;
	uint32_t value;
};
struct triple {
	uint32_t key, value, more;
};

struct BY_HAND of_pairs {
	const struct pair *ptr;
	size_t len, cap;
};
struct BY_HAND of_triples {
	const struct triple *ptr;
	size_t len, cap;
};
struct BY_HAND of_numbers {
	const uint32_t *ptr;
	size_t len, cap;
};
struct BY_HAND of_nothing {
	size_t len;
};

RC_SERVICE(svc) {
	int (*get)(struct of_pairs in, uint64_t *out);
};
