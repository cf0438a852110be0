// The command line of kafka-acls: for which resources, and which entries.
#pragma once

#include <map>
#include <set>
#include <string>

#include "cli/client/acls.h"
#include "cli/error.h"
#include "cli/options.h"

namespace klamm::cli {

OptionTable acls_options();

// What Kafka's tool checks before it connects; all kUsage.
Attempt<> check_acls_options(const Options& options);

// The resources that are named; a kUsage where there must be one and there is none.
Attempt<std::set<AclResource>> resources_of(const Options& options, bool must_have);
// What is to be added or removed, by resource: what is written, or what --producer and --consumer stand for.
// An empty set stands for all entries.
Attempt<Acls> acls_of(const Options& options);
// Of --principal.
Attempt<std::set<std::string>> principals_of(const Options& options, std::string_view option);

}  // namespace klamm::cli
