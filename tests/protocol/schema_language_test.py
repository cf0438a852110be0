"""The schema language: what it makes of a schema, and that it names the line of what it refuses."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../protocol"))

from generator.language import NEVER, SchemaError, parse  # noqa: E402
from generator.types import element_size_min, snake, within  # noqa: E402

HEAD = "api 9 Thing versions 2-7 flexible 5+\n\nrequest\n"


class Language(unittest.TestCase):
    def request(self, fields):
        return parse(HEAD + fields, "thing")[0]

    def refused(self, fields, reason, line):
        with self.assertRaises(SchemaError) as caught:
            self.request(fields)
        self.assertIn(f"thing:{line}:", str(caught.exception))
        self.assertIn(reason, str(caught.exception))

    def test_ranges_are_cut_to_what_is_around_them(self):
        part = self.request("  parts [Part] 4+\n    name string? 5-6\n").structs[0]
        self.assertEqual((part.versions.low, part.versions.high), (4, 7))
        self.assertEqual(within(part.fields[0].versions, part.versions), "version >= 5 && version <= 6")

    def test_request_and_response_share_a_head(self):
        request, response = parse(HEAD + "response\n  code i16\n", "thing")
        self.assertEqual((request.name, response.name, response.key), ("ThingRequest", "ThingResponse", 9))
        self.assertEqual(parse("family control\nrecord 3 Mark versions 0\n", "")[0].flexible, NEVER)

    def test_null_may_begin_later_than_the_field(self):
        field = self.request("  name string?3+ 2-4\n").fields[0]
        self.assertEqual((field.nullable.low, field.nullable.high), (3, 4))

    def test_the_smallest_element_depends_on_the_version(self):
        request = self.request("  parts [Part]\n    name string\n    more bytes? 6+\n    late i64 5+ tag 0\n")
        self.assertEqual(element_size_min(request.fields[0], request), "version >= 6 ? 3 : 2")

    def test_names(self):
        self.assertEqual([snake(name) for name in ("KRaftVersionRecord", "ThrottleTimeMs", "TopicIdV2")],
                         ["kraft_version_record", "throttle_time_ms", "topic_id_v2"])

    def test_refusals_name_the_line(self):
        self.refused("  parts [Part]\n", "unknown type", 4)
        self.refused("  a i16\n  a i32\n", "twice", 5)
        self.refused("  a i16 8+\n", "outside", 4)
        self.refused("  a i16 4+ tag 0\n", "flexible", 4)
        self.refused("  a records 5+ tag 0\n", "records", 4)
        self.refused("  a i16 5+ tag 0\n  b i16 5+ tag 0\n", "twice", 5)
        self.refused("  a string = null\n", "null", 4)
        self.refused("  a i32?\n", "null", 4)
        self.refused("  a i16\n    b i16\n", "only a struct", 5)
        self.refused("   a i16\n", "indent", 4)
        self.refused("  a i16 sometimes\n", "left over", 4)
        self.refused("  A i16\n", "field name", 4)


unittest.main()
