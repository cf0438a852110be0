// What has to be asked of the controller so that the cluster is as a manifest declares: a pure function of
// the metadata, the manifest, and what is known of passwords. When nothing differs there is nothing to ask.
//
// What is not declared is left alone, and nothing is deleted but what says so itself (the annotation
// klamm.io/delete): no manifest that is missing takes anything away.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "broker/declared/manifest.h"
#include "broker/declared/passwords.h"
#include "broker/metadata/cluster_image.h"
#include "security/principal_mapping.h"

namespace klamm::broker {

struct TopicCreation {
  std::string name;
  int32_t partitions = -1;  // -1: the cluster's default
  int16_t replicas = -1;
  ConfigMap config;
};
struct TopicGrowth {
  std::string name;
  int32_t partitions = 0;  // that there are to be
};
struct TopicAlteration {
  std::string name;
  std::vector<std::pair<std::string, std::optional<std::string>>> edits;  // without a value: taken away
};
struct TopicDeletion {
  std::string name;
};
struct PasswordChange {
  std::string user;
  Bytes salt;
  Bytes salted_password;
  int32_t iterations = 0;
};
struct PasswordRemoval {
  std::string user;
  ScramMechanism mechanism = ScramMechanism::kSha512;
};
struct AclAddition {
  std::vector<AclImage> acls;
};
struct AclRemoval {
  std::vector<AclImage> acls;
};
using DeclaredStep = std::variant<TopicCreation, TopicGrowth, TopicAlteration, TopicDeletion, PasswordChange,
                                  PasswordRemoval, AclAddition, AclRemoval>;

// For the log: "create topic orders: partitions 3, replicas 3, retention.ms=60000". Has no secret.
std::string describe(const DeclaredStep& step);

struct Comparison {
  std::vector<DeclaredStep> steps;      // to be asked in this order
  std::vector<std::string> impossible;  // what differs, and cannot be changed
  bool is_missing = false;              // it has not been made yet, or not to its end
  bool is_waiting = false;              // its password has to be compared first
};

// Entries by who they are of, in their order. Worked out anew when they have changed: a look at many users is
// not to walk through all entries for each.
class AclsByPrincipal {
 public:
  // Good until it is asked about other entries.
  const std::vector<AclImage>& of(const AclsImage& acls, const std::string& principal);

 private:
  SharedMap<Uuid, AclImage> seen_;
  std::map<std::string, std::vector<AclImage>, std::less<>> by_principal_;
};

// "User:alice": the name of whoever logs in so. As a listener names who shows a certificate for CN=alice,
// whatever else is in it; by the rules for all listeners, since nobody says which one is meant.
std::string principal_of(const DeclaredUser& user, const security::PrincipalMapping& mapping);

// `principal` is that of a user, and of no use for a topic.
Comparison compare(const ClusterImage& image, const Manifest& manifest, const std::string& principal,
                   const CheckedPasswords& passwords, AclsByPrincipal& acls);

}  // namespace klamm::broker
