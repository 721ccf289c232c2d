/// An expression of a template.
indirect enum Expression: Sendable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list([Expression])
    case tuple([Expression])
    case dictionary([(key: Expression, value: Expression)])
    case name(String, line: Int)
    case attribute(Expression, String, line: Int)
    case element(Expression, Expression, line: Int)
    case slice(Expression, from: Expression?, to: Expression?, by: Expression?, line: Int)
    case call(Expression, CallArguments, line: Int)
    case filter(Expression, Filter)
    case test(Expression, String, [Expression], line: Int)
    case unary(String, Expression, line: Int)
    case binary(String, Expression, Expression, line: Int)
    case comparison(Expression, [(symbol: String, right: Expression)], line: Int)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case not(Expression)
    case conditional(then: Expression, test: Expression, otherwise: Expression?)
    case concatenation([Expression], line: Int)
}

/// The arguments of a call, a filter or a test.
struct CallArguments: Sendable {
    var positional: [Expression] = []
    var named: [(name: String, value: Expression)] = []
}

/// A filter and its arguments.
struct Filter: Sendable {
    let name: String
    let arguments: CallArguments
    let line: Int
}
