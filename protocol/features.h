// Feature levels: which features there are, the levels this node supports, and what a level of
// metadata.version means. Facts of Kafka 4.3 (KIP-584, KIP-1022, KIP-853), for nodes and for tools.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace klamm::protocol {

inline constexpr std::string_view kMetadataVersionFeature = "metadata.version";
inline constexpr std::string_view kKraftVersionFeature = "kraft.version";
inline constexpr std::string_view kTransactionVersionFeature = "transaction.version";
inline constexpr std::string_view kGroupVersionFeature = "group.version";
inline constexpr std::string_view kElrVersionFeature = "eligible.leader.replicas.version";
inline constexpr std::string_view kShareVersionFeature = "share.version";
inline constexpr std::string_view kStreamsVersionFeature = "streams.version";

// A level of metadata.version. What a level brings is a question asked of it, so that no number stands in the
// code that acts on it.
struct MetadataVersion {
  int16_t level = 0;

  friend constexpr auto operator<=>(MetadataVersion, MetadataVersion) = default;

  // "4.3-IV0", or empty for a level that does not exist.
  std::string_view name() const;
  // "4.3": the release whose line of levels this one belongs to.
  std::string_view release() const;
  // By level, by name ("4.3-IV0"), or by release ("4.3", "4.3.1": its last level).
  static std::optional<MetadataVersion> of_level(int16_t level);
  static std::optional<MetadataVersion> of_name(std::string_view name);

  // Whether this level reads or writes records that the level below does not know: no downgrade crosses it.
  bool changed_metadata() const;

  bool has_scram() const { return level >= 11; }
  bool skips_leader_epoch_bump_on_isr_shrink() const { return level >= 12; }
  bool has_metadata_transactions() const { return level >= 13; }
  bool has_delegation_tokens() const { return level >= 14; }
  bool has_controller_registration() const { return level >= 15; }
  bool has_directory_assignment() const { return level >= 17; }
  bool has_elr() const { return level >= 23; }
  bool has_cordoned_directories() const { return level >= 30; }

  // The versions of the records that are written at this level.
  int16_t register_broker_record_version() const;
  int16_t partition_record_version() const;
  int16_t partition_change_record_version() const { return partition_record_version(); }
};

inline constexpr MetadataVersion kMetadataVersionMin{7};
inline constexpr MetadataVersion kMetadataVersionLatest{30};
// Known by name, for --feature-dependencies and for saying so; not supported.
inline constexpr MetadataVersion kMetadataVersionUnstable{31};

// All levels from kMetadataVersionMin to kMetadataVersionUnstable, ascending.
std::span<const MetadataVersion> metadata_versions();

struct Feature {
  std::string_view name;
  int16_t min;
  int16_t max;

  // The level that a new cluster of this metadata.version gets.
  int16_t default_level(MetadataVersion version) const;
  // The lowest metadata.version at which `level` is allowed at all.
  MetadataVersion required_metadata_version(int16_t level) const;
};

// By name: what ApiVersions lists as supported, metadata.version and kraft.version included.
std::span<const Feature> supported_features();
const Feature* find_feature(std::string_view name);

}  // namespace klamm::protocol
