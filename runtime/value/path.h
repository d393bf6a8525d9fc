/* path.h - the normal form of a path's text.
 *
 * Pure text: no file is looked at. The text is taken apart at `/`; empty
 * parts and `.` are dropped, and `..` takes back the part before it. What is
 * left begins with `/` where the path is absolute, with `pkg:` where it is a
 * package path, and has no slash at its end. Nothing left is `.` behind
 * `pkg:` or in a relative path.
 *
 * A path that climbs out of its root is refused: `/..`, `../x`, `pkg:..`. So
 * is a relative path whose normal form would read as a package path, as
 * `./pkg:x` does. A normal form is its own normal form. */
#ifndef ZERO_VALUE_PATH_H
#define ZERO_VALUE_PATH_H

#include "base/heap.h"
#include "value/word.h"

/* The normal form of a Text: the same word where it is normal already,
 * ZERO_NONE where it is refused. */
zero_value zero__path_normal(struct zero_heap *heap, zero_value text);

#endif
