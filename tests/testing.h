// What a test file includes first: Catch, with our CHECK in place of Catch's (tests claim with REQUIRE).
#pragma once

#include <catch2/catch.hpp>
#undef CHECK
#include "base/check.h"
