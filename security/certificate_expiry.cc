#include "security/certificate_expiry.h"

#include <optional>
#include <utility>

#include "security/certificate_facts.h"

namespace klamm::security {

namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kSteps[] = {1, 3, 7, 14, 30};

std::optional<int64_t> step_of(int64_t left_ms) {
  if (left_ms <= 0) return left_ms / kDayMs;
  for (const int64_t days : kSteps) {
    if (left_ms <= days * kDayMs) return days;
  }
  return std::nullopt;
}

std::string left_text(int64_t left_ms) {
  if (left_ms <= 0) return "has expired on ";
  const int64_t days = left_ms / kDayMs;
  if (days == 0) return "expires in less than a day, on ";
  return "expires in " + std::to_string(days) + (days == 1 ? " day, on " : " days, on ");
}

}  // namespace

std::vector<std::string> CertificateExpiry::lines(const std::string& whose,
                                                  std::span<const CertificateFacts> chain, int64_t now_ms) {
  std::vector<std::string> due;
  std::map<std::string, int64_t> said;
  for (const CertificateFacts& certificate : chain) {
    const int64_t left_ms = certificate.not_after_ms - now_ms;
    const std::optional<int64_t> step = step_of(left_ms);
    if (!step) continue;
    const std::string key = certificate.serial + ' ' + certificate.subject;
    said[key] = *step;
    const auto before = said_.find(key);
    if (before != said_.end() && before->second == *step) continue;
    due.push_back(whose + ": the certificate \"" + certificate.subject + "\" (serial number " +
                  certificate.serial + ") " + left_text(left_ms) + utc_text(certificate.not_after_ms) +
                  "; put a new one in its place, it is taken up while the node runs");
  }
  said_ = std::move(said);
  return due;
}

}  // namespace klamm::security
