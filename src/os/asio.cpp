// Asio, compiled once for the whole program (BOOST_ASIO_SEPARATE_COMPILATION). The parts of Boost.Process
// that are in use, the base of launchers and its initialisers, are headers only.
#include <boost/asio/impl/src.hpp>
