#pragma once

namespace pm::core {

/// One visitor out of several lambdas, for std::visit.
template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

}  // namespace pm::core
