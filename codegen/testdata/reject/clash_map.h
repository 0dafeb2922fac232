/* expect: 8:8: error: "names_get" and map names are both called names_get in C; write another name for one of them instead */
/* expect: 10:8: error: map sizes and struct sizes_of are both called SizesOf in Go; write another name for one of them instead */
/* expect: 17:8: error: map other_ages and method other.ages_get are both called other_ages_get in C; write another name for one of them instead */
#include <ringcall/idl.h>

RC_MAP(other_ages, struct rc_str, uint32_t);
RC_MAP(sizes, struct rc_str, uint32_t);
RC_MAP(names, struct rc_str, uint32_t);

struct sizes_of {
	uint32_t a;
};

int names_get(void);

RC_SERVICE(other) {
	int (*ages_get)(uint64_t in);
};
