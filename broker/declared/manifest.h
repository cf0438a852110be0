// What manifests declare: topics and users, in the words of Strimzi's KafkaTopic and KafkaUser (v1, v1beta2),
// which people have. A file may hold several documents. docs/declared.md has what is understood.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "broker/config/config_map.h"
#include "broker/metadata/acls_image.h"

namespace klamm::broker {

struct DeclaredTopic {
  std::string name;                   // spec.topicName, or the manifest's name
  std::optional<int32_t> partitions;  // as the cluster's default has it, where they are not said
  std::optional<int16_t> replicas;
  std::optional<ConfigMap> config;  // all that is set of the topic; where it is not said, anything may be

  friend bool operator==(const DeclaredTopic&, const DeclaredTopic&) = default;
};

struct DeclaredUser {
  enum class Authentication { kNone, kScramSha512, kCertificate };

  std::string name;
  Authentication authentication = Authentication::kNone;
  // Of SCRAM: in which secret the password is, and under which key. Without a secret it is the user's own,
  // which is generated where there is none.
  std::string secret;
  std::string secret_key;
  // All entries of the user; where they are not said, any may be. Their principal is empty: it depends on
  // how the node names those who show a certificate.
  std::optional<std::vector<AclImage>> acls;

  friend bool operator==(const DeclaredUser&, const DeclaredUser&) = default;
};

struct Manifest {
  std::string file;        // its name in the directory
  std::string name;        // metadata.name
  std::string generation;  // metadata.generation, or where that is not said a mark of what is declared
  bool is_to_go = false;   // the annotation klamm.io/delete is "true": it is deleted, and not made again
  std::variant<DeclaredTopic, DeclaredUser> body;
  std::vector<std::string> notes;  // what is said there and not acted on

  std::string_view kind() const { return body.index() == 0 ? "KafkaTopic" : "KafkaUser"; }
};

// A document that cannot be understood.
struct ManifestProblem {
  std::string file;
  std::string kind;  // as far as these are known
  std::string name;
  std::string message;

  friend bool operator==(const ManifestProblem&, const ManifestProblem&) = default;
};

struct Manifests {
  std::vector<Manifest> objects;
  std::vector<ManifestProblem> problems;
};

// An order of entries, whoever they are of.
bool acl_before(const AclImage& a, const AclImage& b);
// Brings them into it, each once.
void sort_acls(std::vector<AclImage>& acls);

// Adds what a file says, or a problem where it cannot be read at all. A file that nests too deep, or whose
// aliases make much more of it than it is, is such a problem, and nothing is thrown.
void parse_manifests(std::string_view file, std::string_view text, Manifests& into);
// Two manifests of one topic, or of one user: all but the first become problems.
void refuse_twins(Manifests& manifests);

}  // namespace klamm::broker
