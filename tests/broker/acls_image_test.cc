// The access control entries of an image, by id and by the resources that they speak of.
#include "tests/testing.h"

#include "base/random.h"
#include "tests/broker/metadata_records.h"

namespace klamm::broker {
using namespace testing;

namespace {

protocol::AccessControlEntryRecord entry(uint64_t number, std::string_view name, int8_t pattern = 3,
                                         std::string_view principal = "User:alice", int8_t operation = 3) {
  protocol::AccessControlEntryRecord record;
  record.id = id(number);
  record.resource_type = 2;
  record.resource_name = name;
  record.pattern_type = pattern;
  record.principal = principal;
  record.host = "*";
  record.operation = operation;
  record.permission_type = 3;
  return record;
}

protocol::RemoveAccessControlEntryRecord removal(uint64_t number) {
  protocol::RemoveAccessControlEntryRecord record;
  record.id = id(number);
  return record;
}

AclsImage acls_of(const std::vector<protocol::AccessControlEntryRecord>& records) {
  AclsImage acls;
  for (const auto& record : records) REQUIRE(acls.apply(record));
  return acls;
}

// "2:3:orders User:alice/3x1; " of each entry of the index.
std::string index_of(const AclsImage& acls) {
  std::string text;
  for (const auto& [pattern, entries] : acls.by_pattern()) {
    text += std::to_string(pattern.resource_type) + ":" + std::to_string(pattern.pattern_type) + ":" +
            pattern.name;
    for (const auto& [entry, count] : entries)
      text += " " + entry.principal + "/" + std::to_string(entry.operation) + "x" + std::to_string(count);
    text += "; ";
  }
  return text;
}

// The names of the patterns that apply to a topic, by whose entries they are.
std::string applying(const AclsImage& acls, std::string_view topic) {
  std::string text;
  acls.for_each_pattern(security::ResourceType::kTopic, topic, [&](const AclsImage::Entries& entries) {
    for (const auto& [entry, count] : entries) text += entry.principal.substr(5) + " ";
  });
  return text;
}

}  // namespace

TEST_CASE("Entries of one pattern stand together, names of a type from the last to the first") {
  const AclsImage acls = acls_of({entry(1, "a"), entry(2, "b"), entry(3, "a", 3, "User:bob"),
                                  entry(4, "a", 4), entry(5, "a", 3, "User:alice", 4)});
  REQUIRE(index_of(acls) ==
          "2:3:b User:alice/3x1; 2:3:a User:alice/3x1 User:alice/4x1 User:bob/3x1; 2:4:a User:alice/3x1; ");
}

TEST_CASE("To a topic apply its name, the wildcard, and its prefixes from the longest") {
  const AclsImage acls =
      acls_of({entry(1, "app.orders", 3, "User:exact"), entry(2, "*", 3, "User:any"),
               entry(3, "app.", 4, "User:short"), entry(4, "app.ord", 4, "User:long"),
               entry(5, "app.orange", 4, "User:no1"), entry(6, "app.ordinal", 4, "User:no2"),
               entry(7, "app.orders2", 4, "User:no3"), entry(8, "app.o", 3, "User:no4"),
               entry(9, "a", 4, "User:letter"), entry(10, "*", 4, "User:no5"),
               entry(11, "app", 3, "User:no6"), entry(12, "zoo", 4, "User:no7")});
  REQUIRE(applying(acls, "app.orders") == "exact any long short letter ");
  REQUIRE(applying(acls, "*") == "any no5 ");
  REQUIRE(applying(acls, "") == "any ");
}

TEST_CASE("An entry that is there under two ids is gone when both are removed") {
  AclsImage acls = acls_of({entry(1, "a"), entry(2, "a")});
  REQUIRE(index_of(acls) == "2:3:a User:alice/3x2; ");
  REQUIRE(acls.apply(removal(1)));
  REQUIRE(index_of(acls) == "2:3:a User:alice/3x1; ");
  REQUIRE(acls.contains(*acls.by_id().find(id(2))));
  REQUIRE(acls.apply(removal(2)));
  REQUIRE(acls.by_pattern().empty());
}

TEST_CASE("An id that is given another entry no longer stands for the one before") {
  const AclsImage acls = acls_of({entry(1, "a"), entry(1, "b")});
  REQUIRE(acls.by_id().size() == 1);
  REQUIRE(index_of(acls) == "2:3:b User:alice/3x1; ");
}

TEST_CASE("Removing an entry that is not there changes nothing and is refused") {
  AclsImage acls = acls_of({entry(1, "a")});
  REQUIRE_FALSE(acls.apply(removal(2)));
  REQUIRE(index_of(acls) == "2:3:a User:alice/3x1; ");
}

TEST_CASE("Images of the same entries are equal, however they came to be") {
  AclsImage one = acls_of({entry(1, "a"), entry(2, "b"), entry(3, "c")});
  AclsImage other = acls_of({entry(3, "c"), entry(2, "a"), entry(1, "a"), entry(2, "b")});
  REQUIRE(one == other);
  REQUIRE(index_of(one) == index_of(other));
  REQUIRE(other.apply(removal(3)));
  REQUIRE_FALSE(one == other);
}

TEST_CASE("A snapshot has each entry once, and gives the index back") {
  ClusterImage image = image_of({feature("metadata.version", 30), MetadataRecord(entry(1, "a")),
                                 MetadataRecord(entry(2, "b", 4)), MetadataRecord(entry(3, "b", 4))});
  ClusterImage again;
  size_t entries = 0;
  write_records(image, [&](const MetadataRecord& record, int16_t) {
    entries += std::holds_alternative<protocol::AccessControlEntryRecord>(record);
    REQUIRE(again.apply(record));
  });
  REQUIRE(entries == 3);
  REQUIRE(index_of(again.acls()) == index_of(image.acls()));
}

TEST_CASE("A copy of the entries is not touched by what becomes of the other") {
  AclsImage acls = acls_of({entry(1, "a"), entry(2, "a", 3, "User:bob")});
  const AclsImage copy = acls;
  REQUIRE(acls.apply(removal(1)));
  REQUIRE(acls.apply(removal(2)));
  REQUIRE(index_of(copy) == "2:3:a User:alice/3x1 User:bob/3x1; ");
}

TEST_CASE("Whatever was put and removed, the index is that of the entries that are left") {
  SeededRandom random(7);
  const std::string names[] = {"a", "ab", "b", "*"};
  AclsImage acls;
  for (int step = 0; step < 3000; ++step) {
    const uint64_t number = random.below(40);
    if (random.one_in(3)) {
      const bool there = acls.by_id().contains(id(number));
      REQUIRE(acls.apply(removal(number)).ok() == there);
    } else {
      const auto pattern = static_cast<int8_t>(3 + random.below(2));
      REQUIRE(acls.apply(entry(number, names[random.below(4)], pattern)));
    }
    if (step % 20 != 0) continue;
    AclsImage fresh;
    for (const auto& [uuid, acl] : acls.by_id()) {
      auto record = entry(0, acl.resource_name, acl.pattern_type);
      record.id = uuid;
      REQUIRE(fresh.apply(record));
    }
    REQUIRE(index_of(acls) == index_of(fresh));
  }
}

}  // namespace klamm::broker
