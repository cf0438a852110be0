// Variables of the environment that are for a JVM, its JMX or its log4j, as Kafka's scripts and those of the
// images hand them on. None of these is here, and what each is for is needless or somewhere else: a node says
// so at its start, in a container and without one.
#pragma once

#include <string_view>
#include <vector>

#include "broker/config/environment.h"

namespace klamm::broker {

bool is_for_java(std::string_view variable);

// A line for each of them that is set, and none for what is empty. Without values, which may be passwords; of
// KAFKA_OPTS, which names the JAAS file as well, with the words that are not taken.
std::vector<Notice> java_notices(const Environment& environment);

}  // namespace klamm::broker
