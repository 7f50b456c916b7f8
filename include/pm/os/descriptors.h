#pragma once

#include <cstddef>

namespace pm::os {

/// How many descriptors this process may still have with numbers above that of `fd`: a new one gets the
/// lowest that is free, so few say that nearly all are taken.
std::size_t descriptors_above(int fd);

}  // namespace pm::os
