// The whole concrete syntax of Remit, without actions. docs/semantics.md says what it means; README.md here says why it is
// shaped this way. A file is cut into declarations before this grammar sees it, so both start rules read one declaration.
grammar Remit;

// ---- one declaration -----------------------------------------------------------------------------------------------

declaration
    : ( policyDecl | useDecl | vocabularyDecl | enumDecl | roleDecl | egressDecl | toolDecl | factDecl | paramDecl
      | tableDecl | windowDecl | testDecl | fixtureDecl | ruleDecl ) EOF
    ;
// A line of the REPL.
callLine : CALL? testCall EOF ;

policyDecl : POLICY dotted ( UNDER dotted FROM STRING ( PINNED STRING )? )? ;
useDecl : USE ( dotted | STRING ) ;
vocabularyDecl : ( TIERS | CLASSES | TRUST | LANES ) word ( LT word )* ;
enumDecl : ENUM word LBRACE word ( ( COMMA word )* | ( LT word )+ ) RBRACE ;
roleDecl : ROLE word ( INCLUDES word ( COMMA word )* )? ;
egressDecl : EGRESS word LBRACE ( STRING ( COMMA STRING )* COMMA? )? RBRACE ;
toolDecl : TOOL toolName LPAREN fields? RPAREN ( attribute ( COMMA attribute )* )? ;
factDecl : FACT dotted LPAREN fields? RPAREN LBRACE fields? RBRACE FRESH DURATION ;
// A parameter of the policy, or the value that a child gives it.
paramDecl : PARAM word ( COLON type modifier* | ASSIGN literal ) ;
tableDecl : TABLE word LPAREN fields RPAREN COLON type LBRACE tableRow* RBRACE ;
// A cell is a symbol, a set of them, or `_` for all.
tableRow : tableCell ( COMMA tableCell )* COLON literal ;
tableCell : word | setOf ;
windowDecl : WINDOW word IN STRING moments ( EXCEPT moments )? ;
moments : LBRACE ( STRING ( COMMA STRING )* COMMA? )? RBRACE ;

attribute
    : READ | WRITE | DESTRUCTIVE | IDEMPOTENT | OPEN
    | ( TRUST | GIVES ) word
    | UNDO toolName
    | ABOUT STRING
    | RETURNS LBRACE fields? RBRACE
    | EACH fieldName AS toolName
    ;
fields : field ( COMMA field )* COMMA? ;
field : fieldName COLON type modifier* ;
modifier
    : ( MIN | MAX | DEFAULT ) literal
    | IN setOf
    | OPTIONAL
    | OR NULL_
    ;
// Flat, so that no depth of `list<` becomes depth of the parser: the Ast builder pairs the `<` with the `>`.
type : ( ( LIST | SET ) LT )* baseType typeClose* ;
typeClose : ( MAX INT )? GT ;
baseType : RECORD LBRACE fields? RBRACE | typeName ( LPAREN INT RPAREN )? ;
literal : MINUS? ( INT | DECIMAL | DURATION ) | STRING | TIMESTAMP | word | setOf ;

// ---- rules: a head and then clauses. Their order, and which belongs to which verb, is checked by the Ast builder -----

ruleDecl : WATCH? head clause* ;
head
    : ALLOW dotted ( COMMA dotted )* TO selector
    | BLOCK selector
    | RISK word PLUS INT
    | LANE word
    | ASK signer
    | LIMIT INT PARALLEL
    | QUOTA INT
    | ISOLATE ( BY word ( COMMA word )* | word ( BY word ( COMMA word )* )? )
    | REACH word
    | RECORD word ( COMMA word )*
    | REDACT postfix
    | RETAIN ( AT ( LEAST | MOST ) DURATION )+
    | MARK word
    | COUNT word ASSIGN counted
    | AFTER selector ( BLOCK word | REDACT postfix )
    | ( NEVER | ALWAYS ) property
    ;
// What a decision is said to have; which of them go with `never` and which with `always`, the Ast builder knows.
property
    : ( ALLOW | BLOCK ) selector
    | ASK signer
    | LIMIT INT PARALLEL
    | QUOTA INT
    | ISOLATE ( BY word ( COMMA word )* | word ( BY word ( COMMA word )* )? )
    | REACH word
    | RECORD word ( COMMA word )*
    | REDACT postfix
    | RISK order INT
    | LANE order word
    ;
counted : NUMBER | SUM expr | DISTINCT expr MAX INT ;
clause
    : FOR selector
    | WHEN expr
    | EXCEPT expr
    | INCLUDING WRITE
    | WITHIN DURATION
    | WITH word ( COMMA word )*
    | OVER DURATION
    | PER ( word | postfix MAX INT KEYS )
    | UNLESS SIGNED BY signer
    | OVERRIDE BY signer
    | BECAUSE STRING
    ;
signer : word | INT OF word ;

selector : conjunction ( COMMA conjunction )* ;
conjunction : atom ( AMP atom )* ;
// `read`, `trust < vetted` and a tool's plain name all begin with a word; the Ast builder tells them apart.
atom : GLOB | STAR | STRING | dotted ( order word )? ;
order : EQ | NE | LT | LE | GT | GE ;

// ---- expressions ---------------------------------------------------------------------------------------------------

// `or`, `and`, `not` and the quantifiers are read as one flat line; the Ast builder applies the precedence. This keeps long
// chains off the stack and lets a quantifier's body reach to the end without ambiguity.
expr : prefix* comparison ( ( AND | OR ) prefix* comparison )* ;
prefix : NOT | ( ANY | ALL ) word IN sum COLON ;
// Chains parse, and are then refused with a message that says so.
comparison : sum tail* ;
tail
    : ( order | IN | LIKE | STARTS | ENDS | CONTAINS | MATCHES | INSIDE | ON | ONLY | MEETS | DURING ) sum
    | IS NOT? NULL_
    ;
sum : product ( ( PLUS | MINUS ) product )* ;
product : unary ( STAR unary )* ;
unary : MINUS* ( HAS postfix | postfix ) ;
postfix : primary ( DOT word | arguments )* ;
// `count(x in xs: body)` has the colon.
arguments : LPAREN ( expr ( COLON expr | ( COMMA expr )* ) )? RPAREN ;
primary : INT | DECIMAL | STRING | DURATION | TIMESTAMP | operandWord | setOf | LPAREN expr RPAREN ;
setOf : LBRACE ( expr ( COMMA expr )* )? RBRACE ;

// ---- tests ---------------------------------------------------------------------------------------------------------

testDecl : TEST STRING ( WITH word ( COMMA word )* )? LBRACE testItem* RBRACE ;
// What tests share. Which items belong in it, the Ast builder knows.
fixtureDecl : FIXTURE word LBRACE testItem* RBRACE ;
testItem
    : ( SESSION | STATE | CONTEXT ) LBRACE ( setting ( COMMA setting )* COMMA? )? RBRACE
    | testFact
    | CALL testCall
    | testResult
    | testSignature
    | CASES HOLE ( COMMA HOLE )*
    | CASE cell ( COMMA cell )*
    | EXPECT expectation ( COMMA expectation )*
    ;
// `role responder`, `tainted`; a setting that begins with no single word (`scope a.*, b.*`) goes on with the one before it.
setting : settingValue+ ;
settingValue : MINUS? ( INT | DECIMAL | DURATION ) | STRING | TIMESTAMP | GLOB | STAR | HOLE | dotted ;
// `ask owner and 2 of auditor` is one cell, for an expectation that is a hole.
cell : ASK expectedSigner ( AND expectedSigner )* | value ;
testFact : FACT dotted LPAREN ( value ( COMMA value )* )? RPAREN LBRACE namedValues? RBRACE ( AS OF ( TIMESTAMP | HOLE ) )? ;
testCall : ( toolName | HOLE ) LPAREN namedValues? RPAREN ( DATA ( word | HOLE ) )? ;
// `result { ... }`: what the call returned; the Ast builder knows the word.
testResult : IDENT LBRACE namedValues? RBRACE ;
testSignature : SIGNED BY ( STRING | HOLE ) ( AS word ( COMMA word )* )? AGENT? ( WITH word ( COMMA word )* )? ;
namedValues : namedValue ( COMMA namedValue )* COMMA? ;
namedValue : fieldName COLON value ;
value
    : ( LBRACK ( value ( COMMA value )* )? RBRACK
      | LBRACE namedValues? RBRACE
      | MINUS? ( INT | DECIMAL | DURATION ) | STRING | TIMESTAMP | HOLE | dotted ) label?
    ;
label : FROM ( source | LBRACE ( source ( COMMA source )* )? RBRACE ) ( CLASS ( word | HOLE ) )? | CLASS ( word | HOLE ) ;
source : dotted | STRING | HOLE ;
expectation : NOT? ( ASK ( expectedSigner ( AND expectedSigner )* )? | ( expectedWord | HOLE ) expectedValue* ) ;
expectedSigner
    : ( ( INT | HOLE ) OF )? ( expectedName | HOLE ) ( WITHIN ( DURATION | HOLE ) )? ( WITH expectedName+ )?
    ;
expectedName : expectedWord | ASK ;
expectedValue : MINUS? ( INT | DECIMAL | DURATION ) | STRING | TIMESTAMP | GLOB | STAR | HOLE | expectedName ( DOT word )* ;

// ---- words: reserved only where they are expected --------------------------------------------------------------------

dotted : word ( DOT word )* ;
toolName : dotted | STRING ;
fieldName : word | STRING ;
// All words. IDENT comes first everywhere: most names are no keyword and need no further node.
word : IDENT | operandKeyword | reservedOperand ;
// A bare word where an operand of an expression is expected.
operandWord : IDENT | operandKeyword ;
// In an expectation, where the next item of the test may follow.
expectedWord : IDENT | plainKeyword | RECORD | LIST | SET ;
typeName : IDENT | plainKeyword | itemKeyword ;
operandKeyword : plainKeyword | itemKeyword | RECORD | LIST | SET ;
itemKeyword : ASK | SIGNED | EXPECT | CALL | FACT | CASES | CASE ;
reservedOperand : NOT | HAS | AND | OR | IN | IS ;
plainKeyword
    : POLICY | UNDER | FROM | PINNED | USE | TIERS | CLASSES | TRUST | LANES | ENUM | ROLE | INCLUDES | EGRESS | TOOL
    | TEST | ALLOW | BLOCK | RISK | LANE | LIMIT | QUOTA | ISOLATE | REACH | REDACT | RETAIN | MARK | COUNT | NEVER
    | TO | INCLUDING | READ | WRITE | DESTRUCTIVE | IDEMPOTENT | OPEN | GIVES | UNDO | ABOUT | MIN | MAX | OPTIONAL
    | DEFAULT | FRESH | FOR | WHEN | EXCEPT | WITHIN | WITH | OVER | PER | UNLESS | BY | BECAUSE | OF | PARALLEL
    | AT | LEAST | MOST | NUMBER | SUM | DISTINCT | ANY | ALL | NULL_ | LIKE | STARTS | ENDS | CONTAINS | MATCHES
    | PARAM | TABLE | WINDOW | RETURNS | EACH | AFTER | WATCH | OVERRIDE | ALWAYS | KEYS | DURING
    | INSIDE | ON | ONLY | MEETS | SESSION | STATE | CONTEXT | AS | CLASS | AGENT | DATA | FIXTURE
    ;

// ---- tokens ----------------------------------------------------------------------------------------------------------

POLICY : 'policy' ; UNDER : 'under' ; FROM : 'from' ; PINNED : 'pinned' ; USE : 'use' ; TIERS : 'tiers' ;
CLASSES : 'classes' ; TRUST : 'trust' ; LANES : 'lanes' ; ENUM : 'enum' ; ROLE : 'role' ; INCLUDES : 'includes' ;
EGRESS : 'egress' ; TOOL : 'tool' ; TEST : 'test' ; ALLOW : 'allow' ; BLOCK : 'block' ; RISK : 'risk' ;
LANE : 'lane' ; LIMIT : 'limit' ; QUOTA : 'quota' ; ISOLATE : 'isolate' ; REACH : 'reach' ; REDACT : 'redact' ;
RETAIN : 'retain' ; MARK : 'mark' ; COUNT : 'count' ; NEVER : 'never' ; TO : 'to' ; INCLUDING : 'including' ;
READ : 'read' ; WRITE : 'write' ; DESTRUCTIVE : 'destructive' ; IDEMPOTENT : 'idempotent' ; OPEN : 'open' ;
GIVES : 'gives' ; UNDO : 'undo' ; ABOUT : 'about' ; MIN : 'min' ; MAX : 'max' ; OPTIONAL : 'optional' ;
DEFAULT : 'default' ; FRESH : 'fresh' ; FOR : 'for' ; WHEN : 'when' ; EXCEPT : 'except' ; WITHIN : 'within' ;
WITH : 'with' ; OVER : 'over' ; PER : 'per' ; UNLESS : 'unless' ; BY : 'by' ; BECAUSE : 'because' ; OF : 'of' ;
PARALLEL : 'parallel' ; AT : 'at' ; LEAST : 'least' ; MOST : 'most' ; NUMBER : 'number' ; SUM : 'sum' ;
DISTINCT : 'distinct' ; ANY : 'any' ; ALL : 'all' ; NULL_ : 'null' ; LIKE : 'like' ; STARTS : 'starts' ;
ENDS : 'ends' ; CONTAINS : 'contains' ; MATCHES : 'matches' ; INSIDE : 'inside' ; ON : 'on' ; ONLY : 'only' ;
MEETS : 'meets' ; DURING : 'during' ; PARAM : 'param' ; TABLE : 'table' ; WINDOW : 'window' ;
RETURNS : 'returns' ; EACH : 'each' ; AFTER : 'after' ; WATCH : 'watch' ; OVERRIDE : 'override' ; ALWAYS : 'always' ;
KEYS : 'keys' ; SESSION : 'session' ; STATE : 'state' ; CONTEXT : 'context' ; AS : 'as' ; CLASS : 'class' ;
AGENT : 'agent' ; DATA : 'data' ; RECORD : 'record' ; LIST : 'list' ; SET : 'set' ; ASK : 'ask' ; SIGNED : 'signed' ;
EXPECT : 'expect' ; CASES : 'cases' ; CASE : 'case' ; FIXTURE : 'fixture' ; CALL : 'call' ; FACT : 'fact' ; NOT : 'not' ; HAS : 'has' ; AND : 'and' ; OR : 'or' ; IN : 'in' ;
IS : 'is' ;

LPAREN : '(' ; RPAREN : ')' ; LBRACE : '{' ; RBRACE : '}' ; LBRACK : '[' ; RBRACK : ']' ;
COMMA : ',' ; COLON : ':' ; DOT : '.' ; AMP : '&' ; ASSIGN : '=' ; PLUS : '+' ; MINUS : '-' ; STAR : '*' ;
EQ : '==' ; NE : '!=' ; LT : '<' ; LE : '<=' ; GT : '>' ; GE : '>=' ;

TIMESTAMP
    : DIGIT DIGIT DIGIT DIGIT '-' DIGIT DIGIT '-' DIGIT DIGIT
      'T' DIGIT DIGIT ':' DIGIT DIGIT ':' DIGIT DIGIT ( '.' DIGIT+ )? ( 'Z' | [+-] DIGIT DIGIT ':' DIGIT DIGIT )
    ;
DURATION : ( DIGIT+ ( 'ns' | 'us' | 'ms' | 's' | 'm' | 'h' | 'd' | 'w' ) )+ ;
DECIMAL : DIGIT+ '.' DIGIT+ ;
INT : DIGIT+ ;
IDENT : [A-Za-z_] [A-Za-z0-9_]* ;
// A pattern of tool names. `a*b` is one, so a product is written with spaces; a lone `*` is STAR.
GLOB : [A-Za-z0-9_.]+ '*' [A-Za-z0-9_.*]* | '*' [A-Za-z0-9_.*]+ ;
STRING : '"' ( '\\' ~[\r\n] | ~["\\\r\n] )* '"' ;
// What a case of a test fills in.
HOLE : '$' [A-Za-z_] [A-Za-z0-9_]* ;
COMMENT : '//' ~[\n]* -> skip ;
SPACE : [ \t\r\n]+ -> skip ;
// Never part of a declaration: they make the lexer total, and the parser names them in its message.
BAD_NUMBER : DIGIT [A-Za-z0-9_]* ;
BAD_CHARACTER : . ;

fragment DIGIT : [0-9] ;
