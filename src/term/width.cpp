#include "pm/term/width.h"

#include <utf8proc.h>

namespace pm::term {

int width_of(char32_t character) {
  if (character < 0x20 || (character >= 0x7f && character < 0xa0)) return 0;
  return utf8proc_charwidth(static_cast<utf8proc_int32_t>(character));
}

}  // namespace pm::term
