// What has become of what is declared, for whoever asks: object by object, and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace klamm::broker {

struct DeclaredObjectStatus {
  enum class State {
    kEqual,       // the cluster is as it is declared
    kPending,     // it is being made so
    kDrifted,     // it is not, and is left so (klamm.declared.drift=report)
    kImpossible,  // it is not, and cannot be made so
    kFailed,      // the controller has refused it; it is tried again
    kInvalid,     // the manifest cannot be understood
  };

  std::string kind;  // KafkaTopic, KafkaUser
  std::string name;
  std::string file;
  std::string generation;  // of the manifest that this is about
  State state = State::kPending;
  std::vector<std::string> messages;  // what differs, and why
  std::vector<std::string> notes;     // what the manifest says and is not acted on
  std::string last_error;             // of the controller, if ever
  int64_t since_ms = 0;               // wall clock: for how long it has been in this state

  friend bool operator==(const DeclaredObjectStatus&, const DeclaredObjectStatus&) = default;
};

std::string_view name_of(DeclaredObjectStatus::State state);  // "Equal" and so on

struct DeclaredStatus {
  std::string problem;  // the directory cannot be read
  std::vector<DeclaredObjectStatus> objects;
  int64_t looked_ms = 0;  // wall clock: when the last look ended
  uint64_t changes = 0;   // made in this term
};

// With a line for each object. `klamm declared status` looks for "problem":"" at its beginning, and for
// "ready":false.
std::string to_json(const DeclaredStatus& status);

}  // namespace klamm::broker
