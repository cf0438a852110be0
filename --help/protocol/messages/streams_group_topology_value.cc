// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/streams_group_topology_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupTopologyValue::TopicConfig::read(Reader& reader, int16_t) {
  key = reader.string(true);
  value = reader.string(true);
  reader.skip_tags();
}

void StreamsGroupTopologyValue::TopicConfig::write(Writer& writer, int16_t) const {
  writer.string(true, key);
  writer.string(true, value);
  writer.no_tags();
}

void StreamsGroupTopologyValue::TopicInfo::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions = reader.i32();
  replication_factor = reader.i16();
  topic_configs.resize(reader.array(true, 3, sizeof(TopicConfig)));
  for (auto& element : topic_configs) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupTopologyValue::TopicInfo::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.i32(partitions);
  writer.i16(replication_factor);
  writer.array(true, topic_configs.size());
  for (const auto& element : topic_configs) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupTopologyValue::CopartitionGroup::read(Reader& reader, int16_t) {
  source_topics.resize(reader.array(true, 2, sizeof(int16_t)));
  for (auto& element : source_topics) element = reader.i16();
  source_topic_regex.resize(reader.array(true, 2, sizeof(int16_t)));
  for (auto& element : source_topic_regex) element = reader.i16();
  repartition_source_topics.resize(reader.array(true, 2, sizeof(int16_t)));
  for (auto& element : repartition_source_topics) element = reader.i16();
  reader.skip_tags();
}

void StreamsGroupTopologyValue::CopartitionGroup::write(Writer& writer, int16_t) const {
  writer.array(true, source_topics.size());
  for (const auto& element : source_topics) writer.i16(element);
  writer.array(true, source_topic_regex.size());
  for (const auto& element : source_topic_regex) writer.i16(element);
  writer.array(true, repartition_source_topics.size());
  for (const auto& element : repartition_source_topics) writer.i16(element);
  writer.no_tags();
}

void StreamsGroupTopologyValue::Subtopology::read(Reader& reader, int16_t version) {
  subtopology_id = reader.string(true);
  source_topics.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : source_topics) element = reader.string(true);
  source_topic_regex.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : source_topic_regex) element = reader.string(true);
  state_changelog_topics.resize(reader.array(true, 9, sizeof(TopicInfo)));
  for (auto& element : state_changelog_topics) element.read(reader, version);
  repartition_sink_topics.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : repartition_sink_topics) element = reader.string(true);
  repartition_source_topics.resize(reader.array(true, 9, sizeof(TopicInfo)));
  for (auto& element : repartition_source_topics) element.read(reader, version);
  copartition_groups.resize(reader.array(true, 4, sizeof(CopartitionGroup)));
  for (auto& element : copartition_groups) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupTopologyValue::Subtopology::write(Writer& writer, int16_t version) const {
  writer.string(true, subtopology_id);
  writer.array(true, source_topics.size());
  for (const auto& element : source_topics) writer.string(true, element);
  writer.array(true, source_topic_regex.size());
  for (const auto& element : source_topic_regex) writer.string(true, element);
  writer.array(true, state_changelog_topics.size());
  for (const auto& element : state_changelog_topics) element.write(writer, version);
  writer.array(true, repartition_sink_topics.size());
  for (const auto& element : repartition_sink_topics) writer.string(true, element);
  writer.array(true, repartition_source_topics.size());
  for (const auto& element : repartition_source_topics) element.write(writer, version);
  writer.array(true, copartition_groups.size());
  for (const auto& element : copartition_groups) element.write(writer, version);
  writer.no_tags();
}

void StreamsGroupTopologyValue::read(Reader& reader, int16_t version) {
  *this = StreamsGroupTopologyValue{};
  epoch = reader.i32();
  subtopologies.resize(reader.array(true, 8, sizeof(Subtopology)));
  for (auto& element : subtopologies) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupTopologyValue::write(Writer& writer, int16_t version) const {
  writer.i32(epoch);
  writer.array(true, subtopologies.size());
  for (const auto& element : subtopologies) element.write(writer, version);
  writer.no_tags();
}

bool recode_streams_group_topology_value(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupTopologyValue>(in, version, out);
}

}  // namespace klamm::protocol
