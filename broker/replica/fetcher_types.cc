#include "broker/replica/fetcher_types.h"

namespace klamm::broker {
namespace {

// MetadataVersion.fetchRequestVersion: topic ids, tiered storage, KIP-903, KIP-951, KIP-853, KIP-1166. Data
// replicas say nothing of what the last two brought.
int16_t fetch_version_of(MetadataVersion version) {
  if (version.level >= 27) return 18;
  if (version.level >= 21) return 17;
  if (version.level >= 19) return 16;
  if (version.level >= 10) return 15;
  if (version.level >= 9) return 14;
  return 13;
}

// MetadataVersion.listOffsetRequestVersion.
int16_t list_offsets_version_of(MetadataVersion version) {
  if (version.level >= 29) return 11;
  if (version.level >= 25) return 10;
  if (version.level >= 21) return 9;
  if (version.level >= 9) return 8;
  return 7;
}

}  // namespace

void FetcherSettings::set_versions(MetadataVersion version) {
  fetch_version = fetch_version_of(version);
  list_offsets_version = list_offsets_version_of(version);
}

}  // namespace klamm::broker
