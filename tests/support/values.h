/* values.h - random values of all families, and what nearly is one.
 *
 * Lists hold packed values, tags are in odd places, and a near miss has
 * one field wrong, one too many or one too few. Numbers, texts and states
 * come from small sets that hold the awkward ones. */
#ifndef ZERO_TESTS_VALUES_H
#define ZERO_TESTS_VALUES_H

#include "model.h"
#include "random.h"

/* Any value, nested a few levels deep. */
zero_model zero_any_model(struct zero_models *models,
                          struct zero_random *random);

/* Any list, perhaps empty, perhaps a packed value. */
zero_model zero_any_list(struct zero_models *models,
                         struct zero_random *random);

/* A well-formed value of the family with `tag`, 5 to 19. */
zero_model zero_family_model(struct zero_models *models,
                             struct zero_random *random, int tag);

/* A list that nearly is of the family, and sometimes still is. */
zero_model zero_near_miss(struct zero_models *models,
                          struct zero_random *random, int tag);

/* The values of such models, for tests that need no model. */
zero_value zero_any_value(struct zero_heap *heap,
                          struct zero_random *random);
zero_value zero_family_value(struct zero_heap *heap,
                             struct zero_random *random, int tag);

#endif
