/* expect: 21:20: error: the tag of field "empty" of struct tag_malformed_point is empty; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 22:24: error: the tag of field "key" of struct tag_malformed_point has a key without a quoted value; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 23:26: error: the tag of field "unquoted" of struct tag_malformed_point has a key without a quoted value; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 24:28: error: the tag of field "open" of struct tag_malformed_point has a key without a quoted value; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 25:25: error: the tag of field "value" of struct tag_malformed_point has a value without a key; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 26:38: error: the tag of field "joined" of struct tag_malformed_point has no single blank between its pairs; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 27:39: error: the tag of field "comma" of struct tag_malformed_point has no single blank between its pairs; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 28:40: error: the tag of field "blanks" of struct tag_malformed_point has a value without a key; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 29:31: error: the tag of field "blank" of struct tag_malformed_point has no single blank between its pairs; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 30:41: error: the tag of field "twice" of struct tag_malformed_point has a key twice; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 31:32: error: the tag of field "escape" of struct tag_malformed_point has a key without a quoted value; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 32:34: error: the tag of field "digits" of struct tag_malformed_point has a key without a quoted value; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 33:30: error: the tag of field "backquote" of struct tag_malformed_point has a control character or a backquote; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 34:31: error: the tag of field "control" of struct tag_malformed_point has a control character or a backquote; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 35:33: error: the tag of field "latin" of struct tag_malformed_point is not UTF-8; write RC_TAG("KEY:\"VALUE\" KEY:\"VALUE\"") instead */
/* expect: 36:49: error: field "two" of struct tag_malformed_point has two tags; write one RC_TAG with both texts instead */
/* A tag is one that reflect.StructTag can read. */
#include <ringcall/idl.h>

struct tag_malformed_point {
	RC_TAG("") double empty;
	RC_TAG("json") double key;
	RC_TAG("json:x") double unquoted;
	RC_TAG("json:\"x") double open;
	RC_TAG("\"x\"") double value;
	RC_TAG("json:\"x\"db:\"x\"") double joined;
	RC_TAG("json:\"x\",db:\"x\"") double comma;
	RC_TAG("json:\"x\"  db:\"x\"") double blanks;
	RC_TAG("json:\"x\" ") double blank;
	RC_TAG("json:\"x\" json:\"y\"") double twice;
	RC_TAG("json:\"\\q\"") double escape;
	RC_TAG("json:\"\\u12\"") double digits;
	RC_TAG("json:\"`\"") double backquote;
	RC_TAG("json:\"\n\"") double control;
	RC_TAG("json:\"\xe4\"") double latin;
	RC_TAG("json:\"x\"") RC_TAG("db:\"x\"") double two;
};
RC_SERVICE(tag_malformed) {
	int (*move)(const struct tag_malformed_point *point);
};
