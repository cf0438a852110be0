// What a client says its software is (KIP-511), and how many connections are of which.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace klamm::broker {

// Of a name, and of a version: [a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?
bool is_client_software_text(std::string_view text);

// Counts connections by listener and software: of kKindsMax kinds, and of the others together.
class SoftwareCensus {
 public:
  static constexpr size_t kKindsMax = 100;
  static constexpr size_t kTextSizeMax = 64;

  struct Kind {
    std::string listener;
    std::string name;
    std::string version;

    friend auto operator<=>(const Kind&, const Kind&) = default;
  };

  // Gives the kind under which it is counted, for leave().
  Kind enter(Kind kind) ABSL_LOCKS_EXCLUDED(mutex_);
  void leave(const Kind& kind) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<std::pair<Kind, int64_t>> read() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  std::map<Kind, int64_t> connections_ ABSL_GUARDED_BY(mutex_);
};

// Of one connection. From any thread.
class ClientSoftware {
 public:
  struct Said {
    std::string name;
    std::string version;
  };

  ClientSoftware(std::shared_ptr<SoftwareCensus> census, std::string listener)
      : census_(std::move(census)), listener_(std::move(listener)) {}
  ~ClientSoftware();
  ClientSoftware(const ClientSoftware&) = delete;
  ClientSoftware& operator=(const ClientSoftware&) = delete;

  void say(std::string_view name, std::string_view version) ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<Said> said() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::shared_ptr<SoftwareCensus> census_;
  const std::string listener_;
  mutable absl::Mutex mutex_;
  std::optional<Said> said_ ABSL_GUARDED_BY(mutex_);
  std::optional<SoftwareCensus::Kind> counted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
