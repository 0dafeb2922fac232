/* SPDX-License-Identifier: MIT */
/* check.h - refuses what ringcall cannot carry, and gives everything its Go name. */
#ifndef RINGGEN_CHECK_H
#define RINGGEN_CHECK_H

#include "model.h"

/*
 * Reports everything in the model that cannot be carried, and marks what is used and which
 * parameter of a method is its output.
 */
void check_model(struct model *model);

/* The types alone, for check_methods(): `what` names the holder in messages. */
void check_type(struct model *model, const struct type *type, const struct place *place,
		const char *what);
void check_annotations(const struct annotations *annotations, unsigned allowed,
		       const struct place *place, const char *where);
void check_service(struct model *model, struct service *service);

/* Sets the names of generated code. Reports names that clash. Needs the marks of check_model(). */
void rename_model(struct model *model);

#endif
