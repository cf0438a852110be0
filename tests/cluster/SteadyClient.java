// Kafka's own clients for the load of tests/cluster; stdin's end is the sign to stop. Each role says on stdout, a line each, what
// came of it; times are microseconds of the monotonic clock.
//
//   SteadyClient produce BROKERS PROPERTIES TOPIC,... PER_SECOND NAME     as steady_producer.cc, which tells the form of records
//     ack NUMBER TOPIC PARTITION OFFSET SENT ACKED | failed NUMBER REASON | fatal REASON
//   SteadyClient member BROKERS PROPERTIES TOPIC,... GROUP                a member of a group that commits what it has read
//     got TOPIC PARTITION OFFSET VALUE | committed TOPIC PARTITION OFFSET | assigned N | fatal REASON
//   SteadyClient all BROKERS PROPERTIES TOPIC,...                         all that there is, from the beginning to the end
//     rec TOPIC PARTITION OFFSET KEY VALUE | end COUNT | fatal REASON

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class SteadyClient {
    static final int KEYS = 32;
    static final int VALUE_SIZE = 100;
    static final PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 65536), false);
    static volatile boolean stopping;

    static synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    static void watchStdin() {
        Thread watching = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                }
            } catch (IOException closed) {
            }
            stopping = true;
        });
        watching.setDaemon(true);
        watching.start();
    }

    static Properties settings(String brokers, String path) throws IOException {
        Properties settings = new Properties();
        try (InputStream file = new FileInputStream(path)) {
            settings.load(file);
        }
        settings.put("bootstrap.servers", brokers);
        return settings;
    }

    static long nowUs() {
        return System.nanoTime() / 1000;
    }

    static String reason(Throwable problem) {
        return (problem.getClass().getSimpleName() + ": " + problem.getMessage()).replaceAll("\\s+", " ");
    }

    static boolean produce(Properties settings, String[] topics, long perSecond, String name) throws Exception {
        settings.put("acks", "all");
        settings.put("delivery.timeout.ms", "120000");
        settings.put("max.block.ms", "120000");
        AtomicLong failures = new AtomicLong();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            long began = nowUs();
            for (long number = 0; !stopping; ++number) {
                String topic = topics[(int) (number % topics.length)];
                StringBuilder value = new StringBuilder(name + " " + number + " ");
                while (value.length() < VALUE_SIZE) {
                    value.append('.');
                }
                long mine = number;
                long sent = nowUs();
                producer.send(new ProducerRecord<>(topic, "k" + number / topics.length % KEYS, value.toString()), (where, problem) -> {
                    if (problem == null) {
                        say("ack " + mine + " " + topic + " " + where.partition() + " " + where.offset() + " " + sent + " " + nowUs());
                    } else {
                        failures.incrementAndGet();
                        say("failed " + mine + " " + reason(problem));
                    }
                });
                long wait = began + (number + 1) * 1_000_000 / perSecond - nowUs();
                if (wait > 0) {
                    Thread.sleep(wait / 1000, (int) (wait % 1000) * 1000);
                }
            }
            producer.flush();
        }
        return failures.get() == 0;
    }

    static class Positions implements ConsumerRebalanceListener {
        final KafkaConsumer<String, String> consumer;
        final Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();

        Positions(KafkaConsumer<String, String> consumer) {
            this.consumer = consumer;
        }

        void commit() {
            if (read.isEmpty()) {
                return;
            }
            try {
                consumer.commitSync(read);
                read.forEach((where, offset) -> say("committed " + where.topic() + " " + where.partition() + " " + offset.offset()));
                read.clear();
            } catch (CommitFailedException | RebalanceInProgressException | RetriableException problem) {
                say("note " + reason(problem));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commit();
            partitions.forEach(read::remove);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(read::remove);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            say("assigned " + consumer.assignment().size());
        }
    }

    static boolean member(Properties settings, List<String> topics, String group) {
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("session.timeout.ms", "10000");
        settings.put("heartbeat.interval.ms", "1000");
        // What librdkafka has as well, and shares out topics of one partition.
        settings.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer.RoundRobinAssignor");
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            Positions positions = new Positions(consumer);
            consumer.subscribe(topics, positions);
            long committed = nowUs();
            while (!stopping) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(100))) {
                    say("got " + each.topic() + " " + each.partition() + " " + each.offset() + " " + each.value());
                    positions.read.put(new TopicPartition(each.topic(), each.partition()), new OffsetAndMetadata(each.offset() + 1));
                }
                if (nowUs() - committed > 500_000) {
                    positions.commit();
                    committed = nowUs();
                }
            }
            positions.commit();
        }
        return true;
    }

    static boolean all(Properties settings, List<String> topics) {
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "none");
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) {
                for (PartitionInfo each : consumer.partitionsFor(topic)) {
                    partitions.add(new TopicPartition(topic, each.partition()));
                }
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long count = 0;
            while (!partitions.stream().allMatch(each -> consumer.position(each) >= ends.get(each))) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
                    out.println("rec " + each.topic() + " " + each.partition() + " " + each.offset() + " " + each.key() + " "
                                + each.value());
                    ++count;
                }
            }
            say("end " + count);
        }
        return true;
    }

    public static void main(String[] given) throws Exception {
        boolean good = false;
        watchStdin();
        try {
            Properties settings = settings(given[1], given[2]);
            String[] topics = given[3].split(",");
            good = switch (given[0]) {
                case "produce" -> produce(settings, topics, Long.parseLong(given[4]), given[5]);
                case "member" -> member(settings, Arrays.asList(topics), given[4]);
                default -> all(settings, Arrays.asList(topics));
            };
        } catch (Throwable problem) {
            say("fatal " + reason(problem));
        }
        System.exit(good ? 0 : 1);
    }
}
