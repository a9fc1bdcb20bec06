#include "runtime/delivery/http_server.hpp"

#include <gtest/gtest.h>
