#include "broker/client_software.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::broker {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_client_software_text(std::string_view text) {
  if (text.empty() || !is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

SoftwareCensus::Kind SoftwareCensus::enter(Kind kind) {
  absl::MutexLock lock(&mutex_);
  if (connections_.size() >= kKindsMax && !connections_.contains(kind)) {
    kind.name = "other";
    kind.version = "other";
  }
  ++connections_[kind];
  return kind;
}

void SoftwareCensus::leave(const Kind& kind) {
  absl::MutexLock lock(&mutex_);
  const auto found = connections_.find(kind);
  CHECK(found != connections_.end());
  if (--found->second == 0) connections_.erase(found);
}

std::vector<std::pair<SoftwareCensus::Kind, int64_t>> SoftwareCensus::read() const {
  absl::MutexLock lock(&mutex_);
  return {connections_.begin(), connections_.end()};
}

ClientSoftware::~ClientSoftware() {
  if (counted_) census_->leave(*counted_);
}

// A client may say something else later.
void ClientSoftware::say(std::string_view name, std::string_view version) {
  const auto cut = [](std::string_view text) {
    return std::string(text.substr(0, SoftwareCensus::kTextSizeMax));
  };
  Said said{cut(name), cut(version)};
  {
    absl::MutexLock lock(&mutex_);
    if (said_ && said_->name == said.name && said_->version == said.version) return;
  }
  std::optional<SoftwareCensus::Kind> counted = census_->enter({listener_, said.name, said.version});
  {
    absl::MutexLock lock(&mutex_);
    said_ = std::move(said);
    counted_.swap(counted);
  }
  if (counted) census_->leave(*counted);
}

std::optional<ClientSoftware::Said> ClientSoftware::said() const {
  absl::MutexLock lock(&mutex_);
  return said_;
}

}  // namespace klamm::broker
