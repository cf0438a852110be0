import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;

/**
 * Apache Kafka's side of the codec proof (see run.sh):
 *   compare LIST      the messages and versions that Klamm lists are those that Apache Kafka has
 *   recode FILE       Klamm's bytes, decoded and encoded again by Apache Kafka, are the same bytes
 *   write LIST N FILE random instances, encoded by Apache Kafka
 */
public final class CodecProof {
    private static final String[] PACKAGES = {"org.apache.kafka.common.message.",
        "org.apache.kafka.common.metadata.", "org.apache.kafka.coordinator.group.generated.",
        "org.apache.kafka.coordinator.transaction.generated.",
        "org.apache.kafka.coordinator.share.generated."};
    private static final Map<String, Class<?>> CLASSES = new LinkedHashMap<>();

    record Row(String name, String kind, short key, short min, short max, short flexibleFrom) {}

    private static Class<?> classOf(String name) throws ClassNotFoundException {
        Class<?> known = CLASSES.get(name);
        if (known != null)
            return known;
        for (String prefix : PACKAGES) {
            for (String suffix : new String[] {"Data", ""}) {
                try {
                    Class<?> found = Class.forName(prefix + name + suffix);
                    CLASSES.put(name, found);
                    return found;
                } catch (ClassNotFoundException ignored) {
                    // The next package may have it.
                }
            }
        }
        throw new ClassNotFoundException(name);
    }

    private static List<Row> rows(String path) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(path))) {
            String[] words = line.split(" ");
            rows.add(new Row(words[0], words[1], Short.parseShort(words[2]), Short.parseShort(words[3]),
                Short.parseShort(words[4]), Short.parseShort(words[5])));
        }
        return rows;
    }

    private static String simpleName(Message message) {
        return message.getClass().getSimpleName().replaceAll("Data$", "");
    }

    private static void expect(
        Map<String, String> expected, Message message, short key, short max, short flexibleFrom) {
        short min = message.lowestSupportedVersion();
        if (min <= max)
            expected.put(simpleName(message), key + " " + min + "-" + max + " flexible " + flexibleFrom);
    }

    private static short flexibleFrom(ApiMessageType type) {
        for (short version = type.lowestSupportedVersion(); version <= type.highestSupportedVersion(false);
             ++version) {
            if (type.requestHeaderVersion(version) >= 2)
                return version;
        }
        return Short.MAX_VALUE;
    }

    /** Requests, responses and metadata records; then the keys and values of the coordinators' records. */
    private static Map<String, String> expected() {
        Map<String, String> expected = new TreeMap<>();
        for (ApiMessageType type : ApiMessageType.values()) {
            short max = type.highestSupportedVersion(false);
            if (type.lowestSupportedVersion() > max)
                continue;
            expect(expected, type.newRequest(), type.apiKey(), max, flexibleFrom(type));
            expect(expected, type.newResponse(), type.apiKey(), max, flexibleFrom(type));
        }
        for (MetadataRecordType type : MetadataRecordType.values()) {
            ApiMessage record = type.newMetadataRecord();
            expect(expected, record, type.id(), type.highestSupportedVersion(), (short) 0);
        }
        for (var type : org.apache.kafka.coordinator.group.generated.CoordinatorRecordType.values()) {
            expectPair(expected, type.newRecordKey(), type.newRecordValue(), type.id());
        }
        for (var type : org.apache.kafka.coordinator.transaction.generated.CoordinatorRecordType.values()) {
            expectPair(expected, type.newRecordKey(), type.newRecordValue(), type.id());
        }
        for (var type : org.apache.kafka.coordinator.share.generated.CoordinatorRecordType.values()) {
            expectPair(expected, type.newRecordKey(), type.newRecordValue(), type.id());
        }
        return expected;
    }

    private static void expectPair(Map<String, String> expected, Message key, Message value, short id) {
        expected.put(simpleName(key), id + " " + versions(key));
        expected.put(simpleName(value), id + " " + versions(value));
    }

    private static String versions(Message message) {
        return message.lowestSupportedVersion() + "-" + message.highestSupportedVersion();
    }

    private static boolean compare(List<Row> rows) throws Exception {
        Map<String, String> expected = expected();
        int total = expected.size(), wrong = 0, others = 0;
        for (Row row : rows) {
            String mine = row.key + " " + row.min + "-" + row.max;
            if (!List.of("control", "data").contains(row.kind)) {
                String theirs = expected.remove(row.name);
                if (List.of("request", "response", "metadata").contains(row.kind))
                    mine += " flexible " + row.flexibleFrom;
                if (mine.equals(theirs))
                    continue;
                System.out.println(
                    "DIFFERENT: " + row.name + ": " + mine + " here, " + theirs + " in Apache Kafka");
                ++wrong;
            } else {
                Message message = RandomMessage.create(classOf(row.name));
                ++others;
                if (row.min == message.lowestSupportedVersion()
                    && row.max == message.highestSupportedVersion())
                    continue;
                System.out.println("DIFFERENT: versions of " + row.name);
                ++wrong;
            }
        }
        for (String name : expected.keySet())
            System.out.println("MISSING: " + name + " " + expected.get(name));
        System.out.printf(
            "Requests, responses, metadata and coordinator records in Apache Kafka: %d, missing here: %d; "
                + "control records and client data here: %d; with another key or other versions: %d%n",
            total, expected.size(), others, wrong);
        return wrong == 0 && expected.isEmpty();
    }

    private static byte[] encode(Message message, short version) {
        ByteBuffer buffer = MessageUtil.toByteBufferAccessor(message, version).buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String recode(String name, short version, byte[] bytes) {
        try {
            Message message = RandomMessage.create(classOf(name));
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            message.read(new ByteBufferAccessor(buffer), version);
            if (buffer.hasRemaining())
                return buffer.remaining() + " bytes left over";
            return Arrays.equals(encode(message, version), bytes) ? null : "other bytes: " + message;
        } catch (Exception error) {
            return error.toString();
        }
    }

    private static boolean recodeAll(String path) throws Exception {
        long same = 0, different = 0;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(path)))) {
            while (true) {
                String name = in.readUTF();
                short version = in.readShort();
                byte[] bytes = in.readNBytes(in.readInt());
                String complaint = recode(name, version, bytes);
                if (complaint == null) {
                    ++same;
                } else {
                    ++different;
                    System.out.println("DIFFERENT: " + name + " version " + version + ": " + complaint);
                }
            }
        } catch (EOFException end) {
            System.out.printf(
                "Klamm's bytes through Apache Kafka: %d the same, %d different%n", same, different);
        }
        return same > 0 && different == 0;
    }

    private static boolean writeAll(List<Row> rows, int instances, String path) throws Exception {
        long versions = 0;
        try (DataOutputStream out =
                 new DataOutputStream(new BufferedOutputStream(new FileOutputStream(path)))) {
            for (Row row : rows) {
                RandomMessage random = new RandomMessage(row.name.hashCode());
                for (short version = row.min; version <= row.max; ++version) {
                    ++versions;
                    for (int i = 0; i < instances; ++i) {
                        byte[] bytes =
                            encode(random.fill(RandomMessage.create(classOf(row.name)), version), version);
                        out.writeUTF(row.name);
                        out.writeShort(version);
                        out.writeInt(bytes.length);
                        out.write(bytes);
                    }
                }
            }
        }
        System.out.printf("Messages: %d, with their versions: %d, instances of each: %d%n", rows.size(),
            versions, instances);
        return true;
    }

    public static void main(String[] arguments) throws Exception {
        boolean good = switch (arguments[0]) {
            case "compare" -> compare(rows(arguments[1]));
            case "recode" -> recodeAll(arguments[1]);
            case "write" -> writeAll(rows(arguments[1]), Integer.parseInt(arguments[2]), arguments[3]);
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        System.exit(good ? 0 : 1);
        }
    }
