// Asio and Boost.Process, compiled once for the whole program (…_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
#include <boost/process/v2/src.hpp>
