// The edges of Kafka's Admin client and of its consumer in a group: each case in one line, what came of it or the
// exception. Played against a broker that has the topics edges and edges-other, with four partitions each (see admin.py).
//
//   AdminEdges BROKER

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

public class AdminEdges {
    static final TopicPartition T0 = new TopicPartition("edges", 0);
    static final TopicPartition T9 = new TopicPartition("edges", 9);
    static final TopicPartition NOWHERE = new TopicPartition("nothere", 0);
    static String broker;
    static Admin admin;

    static void play(String name, Callable<Object> action) {
        String said;
        try {
            said = String.valueOf(action.call());
        } catch (Throwable problem) {
            Throwable cause = problem instanceof ExecutionException ? problem.getCause() : problem;
            said = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        }
        System.out.println(name + ": " + said.replaceAll("\\s+", " "));
    }

    static Object done(KafkaFuture<?> future) throws Exception {
        Object value = future.get();
        return value == null ? "done" : value;
    }

    // Each key by itself, in order, so that one that fails does not hide the others.
    static <K> Object each(Collection<K> keys, ThrowingFunction<K> ask) {
        Map<String, String> said = new TreeMap<>();
        for (K key : keys) {
            try {
                said.put(name(key), String.valueOf(done(ask.apply(key))));
            } catch (Throwable problem) {
                Throwable cause = problem instanceof ExecutionException ? problem.getCause() : problem;
                said.put(name(key), cause.getClass().getSimpleName() + ": " + cause.getMessage());
            }
        }
        return said;
    }

    static String name(Object key) { return key instanceof MemberToRemove member ? member.groupInstanceId() : key.toString(); }

    interface ThrowingFunction<K> { KafkaFuture<?> apply(K key) throws Exception; }

    static OffsetAndMetadata at(long offset, String metadata) { return new OffsetAndMetadata(offset, metadata); }

    static KafkaConsumer<String, String> consumer(String group, String... settings) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker);
        properties.put("group.id", group);
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        properties.put("heartbeat.interval.ms", "300");
        properties.put("session.timeout.ms", "20000");
        properties.put("request.timeout.ms", "5000");
        properties.put("default.api.timeout.ms", "5000");
        for (int i = 0; i < settings.length; i += 2) properties.put(settings[i], settings[i + 1]);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
    }

    static Object poll(KafkaConsumer<String, String> consumer, int count) {
        int read = 0;
        for (int i = 0; i < 100 && read < count; ++i) read += consumer.poll(Duration.ofMillis(100)).count();
        return read + " records, " + consumer.assignment().size() + " partitions";
    }

    static void pollUntil(KafkaConsumer<String, String> one, KafkaConsumer<String, String> other, int partitions) {
        for (int i = 0; i < 200 && other.assignment().size() != partitions; ++i) {
            one.poll(Duration.ofMillis(20));
            other.poll(Duration.ofMillis(20));
        }
    }

    static String shape(ConsumerGroupDescription group) {
        return group.groupId() + " " + group.groupState() + " " + group.type() + " simple " + group.isSimpleConsumerGroup() + " '"
            + group.partitionAssignor() + "' epochs " + group.groupEpoch() + " " + group.targetAssignmentEpoch() + " "
            + group.members().stream().map(member -> member.groupInstanceId() + " " + member.clientId() + " " + member.host() + " "
                + new TreeSet<>(member.assignment().topicPartitions().stream().map(TopicPartition::toString)
                    .collect(Collectors.toSet())) + " " + member.upgraded()).sorted().collect(Collectors.toList());
    }

    static Object listed(ListGroupsOptions options) throws Exception {
        return admin.listGroups(options).all().get().stream().filter(group -> group.groupId().startsWith("edge-"))
            .map(GroupListing::toString).sorted().collect(Collectors.toList());
    }

    static void alter() {
        play("alter: a new group", () -> done(admin.alterConsumerGroupOffsets("edge-simple", Map.of(T0, at(3, "three"))).all()));
        play("alter: partitions that are not there", () -> {
            var result = admin.alterConsumerGroupOffsets("edge-simple", Map.of(T0, at(4, ""), T9, at(1, ""), NOWHERE, at(1, "")));
            return each(List.of(T0, T9, NOWHERE), result::partitionResult);
        });
        play("alter: metadata that is too long", () -> done(admin.alterConsumerGroupOffsets("edge-simple",
            Map.of(T0, at(5, "m".repeat(4097)))).all()));
        play("alter: nothing", () -> done(admin.alterConsumerGroupOffsets("edge-simple", Map.of()).all()));
        play("alter: no group", () -> done(admin.alterConsumerGroupOffsets("", Map.of(T0, at(5, ""))).all()));
        play("alter: with a leader epoch", () -> done(admin.alterConsumerGroupOffsets("edge-simple",
            Map.of(new TopicPartition("edges", 1), new OffsetAndMetadata(7, java.util.Optional.of(0), "epoch"))).all()));
        play("alter: a live group", () -> done(admin.alterConsumerGroupOffsets("edge-live", Map.of(T0, at(5, ""))).all()));
    }

    static void list() {
        var all = new ListConsumerGroupOffsetsSpec();
        var some = new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(T0, T9, NOWHERE));
        play("offsets: of one group", () -> new TreeMap<>(Map.of("offsets",
            admin.listConsumerGroupOffsets("edge-simple").partitionsToOffsetAndMetadata().get().toString().length() > 2)));
        for (boolean stable : new boolean[] {false, true}) {
            play("offsets: of several groups, stable " + stable, () -> {
                var result = admin.listConsumerGroupOffsets(Map.of("edge-simple", all, "edge-live", some, "edge-none", all, "", all),
                    new ListConsumerGroupOffsetsOptions().requireStable(stable));
                return each(List.of("edge-simple", "edge-live", "edge-none", ""), group -> result.partitionsToOffsetAndMetadata(group)
                    .thenApply(found -> {
                        Map<String, String> sorted = new TreeMap<>();
                        found.forEach((partition, offset) -> sorted.put(partition.toString(), String.valueOf(offset)));
                        return sorted;
                    }));
            });
        }
        play("list: all", () -> listed(new ListGroupsOptions()));
        play("list: stable ones", () -> listed(new ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE))));
        play("list: empty ones", () -> listed(new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY))));
        play("list: classic ones", () -> listed(new ListGroupsOptions().withTypes(Set.of(GroupType.CLASSIC))));
        play("list: of the new kind", () -> listed(new ListGroupsOptions().withTypes(Set.of(GroupType.CONSUMER))));
        play("list: consumers", () -> listed(ListGroupsOptions.forConsumerGroups()));
        play("list: by protocol", () -> listed(new ListGroupsOptions().withProtocolTypes(Set.of("consumer"))));
        play("list: by no protocol", () -> listed(new ListGroupsOptions().withProtocolTypes(Set.of(""))));
    }

    static void describe() {
        play("describe: several", () -> {
            var result = admin.describeConsumerGroups(List.of("edge-live", "edge-simple", "edge-none", ""));
            return each(List.of("edge-live", "edge-simple", "edge-none", ""),
                group -> result.describedGroups().get(group).thenApply(AdminEdges::shape));
        });
        play("describe: as classic groups", () -> {
            var result = admin.describeClassicGroups(List.of("edge-live", "edge-simple", "edge-none"));
            return each(List.of("edge-live", "edge-simple", "edge-none"), group -> result.describedGroups().get(group).thenApply(
                found -> found.groupId() + " " + found.state() + " " + found.protocol() + " " + found.protocolData() + " "
                    + found.members().size()));
        });
    }

    static Object remove(String group, String reason, String... instances) throws Exception {
        var members = java.util.Arrays.stream(instances).map(MemberToRemove::new).collect(Collectors.toSet());
        var options = instances.length == 0 ? new RemoveMembersFromConsumerGroupOptions()
            : new RemoveMembersFromConsumerGroupOptions(members);
        if (reason != null) options.reason(reason);
        var result = admin.removeMembersFromConsumerGroup(group, options);
        return instances.length == 0 ? done(result.all()) : each(new ArrayList<>(members), result::memberResult);
    }

    static void remove() {
        play("remove: an instance nobody knows", () -> remove("edge-live", null, "buoy"));
        play("remove: from a group that is not there", () -> remove("edge-none", "why not", "anchor"));
        play("remove: several", () -> remove("edge-live", "as a test", "anchor", "buoy"));
        play("describe: after the removal", () -> shape(admin.describeConsumerGroups(List.of("edge-live")).all().get().get("edge-live")));
        play("remove: all", () -> remove("edge-live", "all of them"));
        play("remove: all of an empty group", () -> remove("edge-live", null));
        play("remove: all of a group that is not there", () -> remove("edge-none", null));
    }

    static void delete() {
        play("delete: offsets of a live group", () -> {
            var result = admin.deleteConsumerGroupOffsets("edge-live", Set.of(T0, new TopicPartition("edges-other", 0), NOWHERE));
            return each(List.of(T0, new TopicPartition("edges-other", 0), NOWHERE), result::partitionResult);
        });
        play("delete: offsets", () -> done(admin.deleteConsumerGroupOffsets("edge-simple", Set.of(T0)).all()));
        play("delete: offsets of no group", () -> done(admin.deleteConsumerGroupOffsets("edge-none", Set.of(T0)).all()));
        play("delete: groups", () -> {
            var result = admin.deleteConsumerGroups(List.of("edge-live", "edge-simple", "edge-none", ""));
            return each(List.of("edge-live", "edge-simple", "edge-none", ""), group -> result.deletedGroups().get(group));
        });
    }

    // What a consumer in a group sees when it is fenced, too slow, or asks for what is not there.
    static void consumers() {
        try (var one = consumer("edge-fence", "group.instance.id", "same"); var two = consumer("edge-fence", "group.instance.id", "same")) {
            one.subscribe(List.of("edges"));
            two.subscribe(List.of("edges"));
            play("consumer: a static member", () -> poll(one, 40));
            play("consumer: commits", () -> { one.commitSync(); return one.committed(Set.of(T0)); });
            play("consumer: another of the same name", () -> poll(two, 40));
            play("consumer: the first is fenced when it commits", () -> { one.commitSync(); return "committed"; });
        }
        try (var slow = consumer("edge-slow", "max.poll.interval.ms", "1000", "session.timeout.ms", "900")) {
            slow.subscribe(List.of("edges"));
            play("consumer: in time", () -> poll(slow, 40));
            play("consumer: too slow", () -> { Thread.sleep(2500); slow.commitSync(); return "committed"; });
            play("consumer: comes back", () -> { slow.poll(Duration.ofSeconds(3)); slow.commitSync(); return slow.assignment().size(); });
        }
        try (var asked = consumer("edge-asked")) {
            play("consumer: committed of what is not there", () -> asked.committed(Set.of(T0, T9)));
            play("consumer: commits of a stranger", () -> { asked.commitSync(Map.of(T0, at(2, "stranger"))); return asked.committed(Set.of(T0)); });
            play("consumer: commits to a topic that is not there", () -> { asked.commitSync(Map.of(NOWHERE, at(2, ""))); return "committed"; });
            play("consumer: commits with long metadata", () -> { asked.commitSync(Map.of(T0, at(2, "m".repeat(5000)))); return "committed"; });
            asked.subscribe(List.of("edges"));
            play("consumer: goes on where the stranger was", () -> poll(asked, 38));
            play("consumer: asks for a rebalance", () -> {
                int before = asked.groupMetadata().generationId();
                asked.enforceRebalance("for fun");
                for (int i = 0; i < 50 && asked.groupMetadata().generationId() == before; ++i) asked.poll(Duration.ofMillis(100));
                return "generation " + before + " then " + asked.groupMetadata().generationId();
            });
            play("consumer: its group", () -> {
                ConsumerGroupMetadata group = asked.groupMetadata();
                return group.groupId() + " " + group.generationId() + " " + group.groupInstanceId();
            });
        }
        play("consumer: no group at all", () -> {
            try (var nobody = consumer("")) {
                nobody.subscribe(List.of("edges"));
                return poll(nobody, 1);
            }
        });
    }

    public static void main(String[] arguments) throws Exception {
        broker = arguments[0];
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker);
        properties.put("request.timeout.ms", "5000");
        properties.put("default.api.timeout.ms", "10000");
        try (Admin opened = Admin.create(properties);
             var fixed = consumer("edge-live", "group.instance.id", "anchor", "client.id", "ship");
             var loose = consumer("edge-live", "client.id", "boat")) {
            admin = opened;
            fixed.subscribe(List.of("edges"));
            loose.subscribe(List.of("edges"));
            pollUntil(fixed, loose, 2);
            pollUntil(loose, fixed, 2);
            play("a live group", () -> { fixed.commitSync(Map.of(T0, at(1, ""))); return fixed.assignment().size() + " " + loose.assignment().size(); });
            alter();
            list();
            describe();
            remove();
            // Without the two, who would now join again, the group stays empty.
        }
        try (Admin opened = Admin.create(properties); var again = consumer("edge-live", "client.id", "boat")) {
            admin = opened;
            again.subscribe(List.of("edges"));
            pollUntil(again, again, 4);
            delete();
        }
        play("delete: after its end", () -> {
            try (Admin opened = Admin.create(properties)) {
                return done(opened.deleteConsumerGroups(List.of("edge-live")).all());
            }
        });
        consumers();
        System.exit(0);
    }
}
