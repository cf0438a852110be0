// QuotaLimits: who may use how much, as the cluster's metadata says it, in an order that makes it quick to
// find what holds for a client. Immutable, and shared.
//
// Of the quotas that match a client the first holds, in Kafka's order (KIP-55, ClientQuotaManager):
//   user and client id, user and the default client id, user, the default user and client id, both defaults,
//   the default user, client id, the default client id.
// Each user, client id, or pair of them that it holds for has all of it to itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "broker/metadata/client_quotas_image.h"

namespace klamm::broker {

enum class QuotaKind : uint8_t { kProduce, kFetch, kRequest, kControllerMutation };
inline constexpr size_t kQuotaKinds = 4;

class QuotaLimits {
 public:
  QuotaLimits() = default;
  explicit QuotaLimits(const ClientQuotasImage& image);

  // No user and no client id has a quota.
  bool empty() const { return empty_; }

  struct Found {
    double limit = 0;  // positive and finite: bytes, percents of a thread's time, or partitions, a second
    // Whose use is counted together: all with this user, this client id, or both.
    bool by_user = false;
    bool by_client_id = false;
  };
  // Nothing where the client is not limited. A client without an id has an empty one, which Kafka's quotas
  // for client ids do not hold for, not even the default.
  std::optional<Found> find(QuotaKind kind, std::string_view user, std::string_view client_id) const;

 private:
  // Those of names of one type, and of all that have none of their own.
  struct Level {
    std::map<std::string, double, std::less<>> named;
    std::optional<double> by_default;

    const double* find_named(std::string_view name) const;
    std::optional<double> find(std::string_view name) const;
  };
  struct OfKind {
    Level users;
    Level client_ids;
    std::map<std::string, Level, std::less<>> client_ids_of;  // by user
    Level client_ids_of_default;
  };

  void add(QuotaKind kind, const QuotaEntity& entity, double limit);

  std::array<OfKind, kQuotaKinds> kinds_;
  bool empty_ = true;
};

// connection_creation_rate (KIP-612): connections a second from one address.
struct IpRates {
  std::optional<int32_t> by_default;
  std::map<std::string, int32_t> by_name;  // of addresses, or of hosts that have some

  friend bool operator==(const IpRates&, const IpRates&) = default;
};
IpRates ip_rates_of(const ClientQuotasImage& image);

}  // namespace klamm::broker
