// Regular expressions as java.util.regex reads them, said in RE2's language, so that a rule that was written
// for Apache Kafka means the same here: what the two spell differently is respelled, and what they would
// silently read differently (\12, (?U), a class within a class) is refused.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace klamm::security {

// The same expression for RE2 with its own defaults. The failure says what Java would not read either or RE2
// cannot do: looking around, back references, possessive quantifiers and the like. What the two have in
// common is not checked: RE2 does that. Groups keep their numbers and names.
//
// One difference stays: Java's $ also matches before a line's end at the very end of the text.
Result<std::string, Failure> re2_of_java_pattern(std::string_view pattern);

}  // namespace klamm::security
