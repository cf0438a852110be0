#include "storage/meta_properties.h"

#include <fmt/core.h>

#include <cerrno>
#include <charconv>

#include "storage/properties.h"

namespace klamm::storage {
namespace {

constexpr uint64_t kFileSizeMax = 1 << 20;

std::optional<int32_t> parse_int(std::string_view text) {
  int32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<uint8_t>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<uint8_t>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

Error<Failure> wrong(std::string_view path, const Property& property, std::string_view right) {
  return Error{Failure{fmt::format("{}, line {}: {}={}, but it must be {}", path, property.line, property.key,
                                   property.value, right)}};
}

Error<Failure> missing(std::string_view path, std::string_view key) {
  return Error{Failure{fmt::format("{}: {} is missing", path, key)}};
}

}  // namespace

Result<MetaProperties, Failure> parse_meta_properties(ByteView text, std::string_view path) {
  auto properties = parse_properties(text, path);
  if (!properties) return Error{properties.error()};
  MetaProperties meta;
  meta.version = 0;
  if (const Property* version = properties->find("version")) {
    auto number = parse_int(trimmed(version->value));
    if (!number || *number < 0 || *number > 1) return wrong(path, *version, "0 or 1");
    meta.version = *number;
  }
  if (const Property* cluster = properties->find("cluster.id")) meta.cluster_id = cluster->value;
  std::string_view node_key = meta.version == 0 ? "broker.id" : "node.id";
  if (const Property* node = properties->find(node_key)) {
    auto number = parse_int(node->value);
    if (!number) return wrong(path, *node, "a number");
    meta.node_id = NodeId{*number};
  }
  if (const Property* directory = properties->find("directory.id")) {
    meta.directory_id = Uuid::from_string(directory->value);
    if (!meta.directory_id) return wrong(path, *directory, "the base64url text of a UUID, 22 characters");
  }
  if (meta.version > 0 && !meta.node_id) return missing(path, node_key);
  if (meta.version > 0 && !meta.cluster_id) return missing(path, "cluster.id");
  return meta;
}

std::string meta_properties_text(const MetaProperties& meta) {
  Properties properties;
  properties.add("version", fmt::format("{}", meta.version));
  if (meta.cluster_id) properties.add("cluster.id", *meta.cluster_id);
  if (meta.node_id)
    properties.add(meta.version == 0 ? "broker.id" : "node.id", fmt::format("{}", meta.node_id->value));
  if (meta.directory_id) properties.add("directory.id", meta.directory_id->to_string());
  return properties_text(properties);
}

DiskResult<MetaProperties> read_meta_properties(Disk& disk, const std::string& log_dir) {
  std::string path = fmt::format("{}/{}", log_dir, kMetaPropertiesFile);
  auto text = read_file(disk, path, kFileSizeMax);
  if (!text) return Error{text.error()};
  auto meta = parse_meta_properties(*text, path);
  if (!meta) return Error{DiskError{EBADMSG, meta.error().message}};
  return *meta;
}

DiskResult<> write_meta_properties(Disk& disk, const std::string& log_dir, const MetaProperties& meta) {
  CHECK(meta.version == 0 || (meta.cluster_id && meta.node_id));
  return replace_file(disk, fmt::format("{}/{}", log_dir, kMetaPropertiesFile),
                      as_bytes(meta_properties_text(meta)));
}

bool is_reserved_directory_id(const Uuid& id) {
  // As Kafka compares: signed, so that ids of half the space below a zero upper half are reserved, too.
  return load_be64(id.bytes.data()) == 0 && static_cast<int64_t>(load_be64(id.bytes.data() + 8)) < 100;
}

Uuid random_directory_id(Random& random) {
  for (;;) {
    Uuid id = Uuid::random(random);
    if (!is_reserved_directory_id(id)) return id;
  }
}

}  // namespace klamm::storage
