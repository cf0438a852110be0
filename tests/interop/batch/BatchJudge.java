// Kafka's half of the comparison (see run.sh): makes Produce payloads with the classes that a producer uses, and says of
// each payload in a file what a Kafka broker does with it, in the lines of batch_tool.cc.
//
//   BatchJudge make FILE SEED COUNT     BatchJudge judge FILE

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse.RecordError;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.apache.kafka.storage.internals.log.RecordValidationException;

public class BatchJudge {
    static final long NOW = 1_700_000_000_000L;
    static final int MAX_MESSAGE_BYTES = 1048588;
    static final Time TIME = (Time) Proxy.newProxyInstance(Time.class.getClassLoader(), new Class<?>[] {Time.class},
        (proxy, method, arguments) -> method.getName().equals("milliseconds") ? NOW : 0L);

    static class NoMetrics implements LogValidator.MetricsRecorder {
        public void recordInvalidMagic() { }
        public void recordInvalidOffset() { }
        public void recordInvalidSequence() { }
        public void recordInvalidChecksums() { }
        public void recordNoKeyCompactedTopic() { }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("make")) make(arguments[1], Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
        else judge(arguments[1]);
    }

    static byte[] randomBytes(Random random, int max) {
        byte[] bytes = new byte[random.nextInt(max + 1)];
        if (random.nextInt(3) == 0) random.nextBytes(bytes);
        else Arrays.fill(bytes, (byte) random.nextInt());
        return bytes;
    }

    static void make(String path, long seed, int count) throws Exception {
        Random random = new Random(seed);
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(path)))) {
            for (int i = 0; i < count; i++) {
                CompressionType type = CompressionType.values()[random.nextInt(5)];
                boolean idempotent = random.nextInt(3) == 0;
                MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1024), (byte) 2,
                    Compression.of(type).build(), TimestampType.CREATE_TIME, 0L, -1L,
                    idempotent ? random.nextInt(1000) : -1L, idempotent ? (short) random.nextInt(10) : (short) -1,
                    idempotent ? random.nextInt(1000) : -1, idempotent && random.nextBoolean(), -1);
                int records = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 8);
                for (int r = 0; r < records; r++) {
                    byte[] key = random.nextInt(10) == 0 ? null : randomBytes(random, 20);
                    byte[] value = random.nextInt(10) == 0 ? null : randomBytes(random, random.nextInt(20) == 0 ? 90000 : 200);
                    Header[] headers = random.nextInt(4) != 0 ? new Header[0] : new Header[] {
                        new RecordHeader("a header", value), new RecordHeader("", (byte[]) null)};
                    builder.append(NOW + random.nextInt(500) - 250, key, value, headers);
                }
                ByteBuffer batch = builder.build().buffer();
                out.writeInt(batch.remaining() + 2);
                out.write(random.nextBoolean() ? 0 : random.nextInt(0x60));
                out.write(12);
                out.write(batch.array(), batch.arrayOffset() + batch.position(), batch.remaining());
            }
        }
    }

    static void judge(String path) throws Exception {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(path)))) {
            while (true) {
                int size;
                try {
                    size = in.readInt();
                } catch (EOFException e) {
                    return;
                }
                int bits = in.readUnsignedByte();
                int version = in.readUnsignedByte();
                byte[] payload = new byte[size - 2];
                in.readFully(payload);
                System.out.println(judgement(payload, bits, (short) version));
            }
        }
    }

    static String judgement(byte[] payload, int bits, short version) {
        try {
            return accepted(payload, bits, version);
        } catch (RecordValidationException e) {
            StringBuilder line = new StringBuilder("refused " + Errors.forException(e.invalidException()).code());
            for (RecordError error : e.recordErrors()) line.append(" #").append(error.batchIndex);
            return line.toString();
        } catch (UnsupportedOperationException e) {
            // Kafka wants to write the batch anew but has not kept its keys.
            return "failed to rewrite";
        } catch (Throwable e) {
            String line = "refused " + Errors.forException(e).code();
            if (System.getenv("BATCH_JUDGE_WHY") != null) line += " " + e + " / " + e.getCause();
            boolean negative = e instanceof IllegalArgumentException && String.valueOf(e.getMessage()).contains("negative timestamp");
            return negative ? "failed to rewrite" : line;
        }
    }

    // What KafkaApis, UnifiedLog.append and LogValidator do, one after another.
    static String accepted(byte[] payload, int bits, short version) {
        MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(payload));
        ProduceRequest.validateRecords(version, records);
        CompressionType source = CompressionType.NONE;
        int validBytes = 0;
        for (MutableRecordBatch batch : records.batches()) {
            if (batch.baseOffset() != 0) throw new org.apache.kafka.common.InvalidRecordException("base offset");
            if (batch.sizeInBytes() > MAX_MESSAGE_BYTES) throw new RecordTooLargeException("size");
            if (!((DefaultRecordBatch) batch).isValid()) throw new CorruptRecordException("crc");
            validBytes += batch.sizeInBytes();
            source = batch.compressionType();
        }
        if (validBytes != payload.length) {
            records = MemoryRecords.readableRecords(ByteBuffer.wrap(Arrays.copyOf(payload, validBytes)));
        }
        TimestampType type = (bits & 2) != 0 ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
        int target = bits >> 4;
        Compression compression = Compression.of(target == 0 ? source : CompressionType.forId((target - 1) % 5)).build();
        LogValidator validator = new LogValidator(records, new TopicPartition("t", 0), TIME, source, compression,
            (bits & 1) != 0, (byte) 2, type, (bits & 4) != 0 ? 1000 : Long.MAX_VALUE, 3_600_000L, 5, AppendOrigin.CLIENT);
        LogValidator.ValidationResult result = validator.validateMessagesAndAssignOffsets(PrimitiveRef.ofLong(100),
            new NoMetrics(), BufferSupplier.create());
        if (result.messageSizeMaybeChanged()) {
            for (MutableRecordBatch batch : result.validatedRecords().batches()) {
                if (batch.sizeInBytes() > MAX_MESSAGE_BYTES) throw new RecordTooLargeException("size");
            }
        }
        return describe(result);
    }

    static String describe(LogValidator.ValidationResult result) {
        MutableRecordBatch batch = result.validatedRecords().batches().iterator().next();
        String line = "accepted " + batch.compressionType().name + " last " + batch.lastOffset() + " count " + batch.countOrNull()
            + " type " + batch.timestampType().id + " max " + result.maxTimestampMs() + "/" + batch.maxTimestamp() + " producer "
            + batch.producerId() + "/" + batch.producerEpoch() + "/" + batch.baseSequence()
            + (batch.isTransactional() ? " txn" : "") + " crc " + (((DefaultRecordBatch) batch).isValid() ? "ok" : "bad")
            + " records " + recordsSum(batch);
        if (result.messageSizeMaybeChanged()) return line;
        ByteBuffer buffer = result.validatedRecords().buffer();
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate());
        return line + " bytes " + crc.getValue();
    }

    static String sumOf(ByteBuffer bytes) {
        if (bytes == null) return "null";
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return bytes.remaining() + ":" + crc.getValue();
    }

    // What is not ASCII may not be UTF-8 either, and then Java has lost the bytes.
    static String plain(String key) {
        return key.chars().allMatch(c -> c < 128) ? key : "?";
    }

    static long recordsSum(RecordBatch batch) {
        CRC32C sum = new CRC32C();
        try {
            for (Record record : batch) {
                StringBuilder line = new StringBuilder(record.offset() + " " + record.timestamp() + " " + sumOf(record.key())
                    + " " + sumOf(record.value()));
                for (Header header : record.headers()) {
                    byte[] value = header.value();
                    line.append(" ").append(plain(header.key())).append("=").append(sumOf(value == null ? null : ByteBuffer.wrap(value)));
                }
                sum.update(line.toString().getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (RuntimeException e) {
            return 0;
        }
        return sum.getValue();
    }
}
