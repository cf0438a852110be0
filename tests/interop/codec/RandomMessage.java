import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Fills Apache Kafka's generated messages with random values through their setters. Which fields a version
 * has, and which of them may be null, comes from the SCHEMAS that the generated class carries.
 */
final class RandomMessage {
    private static final String[] PIECES = {"a", "Z", "0", "-", "\u00e9", "\u20ac", "\uD83E\uDD80"};
    private final Random random;
    private final Map<Class<?>, Map<String, Method>> setters = new HashMap<>();

    RandomMessage(long seed) {
        random = new Random(seed);
    }

    Message fill(Message message, short version) throws Exception {
        Schema[] schemas = (Schema[]) message.getClass().getField("SCHEMAS").get(null);
        return fill(message, schemas[version], version);
    }

    private Message fill(Message message, Schema schema, short version) throws Exception {
        for (BoundField bound : schema.fields()) {
            if (bound.def.type instanceof TaggedFields tags) {
                for (Field tagged : tags.fields().values()) {
                    if (random.nextInt(3) > 0)
                        set(message, tagged, version);
                }
            } else {
                set(message, bound.def, version);
            }
        }
        return message;
    }

    private void set(Message message, Field field, short version) throws Exception {
        Method setter = setters.computeIfAbsent(message.getClass(), RandomMessage::settersOf)
                            .get(field.name.replace("_", ""));
        if (setter == null)
            throw new IllegalStateException("no setter for " + field.name + " in " + message.getClass());
        java.lang.reflect.Type type = setter.getGenericParameterTypes()[0];
        setter.invoke(message, value(type, field.type, version));
    }

    private static Map<String, Method> settersOf(Class<?> type) {
        Map<String, Method> found = new HashMap<>();
        for (Method method : type.getMethods()) {
            if (method.getName().startsWith("set") && method.getParameterCount() == 1) {
                method.setAccessible(true);
                found.put(method.getName().substring(3).toLowerCase(), method);
            }
        }
        return found;
    }

    private Object value(java.lang.reflect.Type javaType, Type type, short version) throws Exception {
        if (type.isNullable() && random.nextInt(4) == 0)
            return null;
        if (type.isArray())
            return array(javaType, type.arrayElementType().get(), version);
        Class<?> plain = (Class<?>) javaType;
        if (type instanceof Schema schema)
            return fill(create(plain), schema, version);
        if (plain == boolean.class || plain == Boolean.class)
            return random.nextBoolean();
        if (type == Type.UINT16)
            return (int) number() & 0xFFFF;
        if (plain == byte.class || plain == Byte.class)
            return (byte) number();
        if (plain == short.class || plain == Short.class)
            return (short) number();
        if (plain == int.class || plain == Integer.class)
            return (int) number();
        if (plain == long.class || plain == Long.class)
            return number();
        if (plain == double.class)
            return number() / 1024.0;
        if (plain == String.class)
            return string();
        if (plain == Uuid.class)
            return random.nextInt(4) == 0 ? Uuid.ZERO_UUID : new Uuid(random.nextLong(), random.nextLong());
        if (plain == byte[].class)
            return bytes();
        if (plain == ByteBuffer.class)
            return ByteBuffer.wrap(bytes());
        if (plain.isAssignableFrom(MemoryRecords.class))
            return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes()));
        throw new IllegalStateException("no value for " + javaType);
    }

    @SuppressWarnings("unchecked")
    private Object array(java.lang.reflect.Type javaType, Type elementType, short version) throws Exception {
        Collection<Object> collection;
        java.lang.reflect.Type element;
        if (javaType instanceof ParameterizedType list) {
            collection = new ArrayList<>();
            element = list.getActualTypeArguments()[0];
        } else {
            Class<?> own = (Class<?>) javaType;
            collection = (Collection<Object>) own.getConstructor().newInstance();
            element = ((ParameterizedType) own.getGenericSuperclass()).getActualTypeArguments()[0];
        }
        int count = random.nextInt(4);
        for (int i = 0; i < count; ++i) collection.add(value(element, elementType, version));
        return collection;
    }

    static Message create(Class<?> type) throws Exception {
        return (Message) type.getConstructor().newInstance();
    }

    private long number() {
        long[] edges = {0, -1, Byte.MIN_VALUE, Byte.MAX_VALUE, Short.MIN_VALUE, Short.MAX_VALUE,
            Integer.MIN_VALUE, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE};
        return random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextLong();
    }

    private String string() {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(16) == 0 ? 200 : random.nextInt(12);
        for (int i = 0; i < pieces; ++i) text.append(PIECES[random.nextInt(PIECES.length)]);
        return text.toString();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(16) == 0 ? 300 : random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }
}
