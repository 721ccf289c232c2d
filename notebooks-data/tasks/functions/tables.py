"""Functions about dictionaries, grids, graphs and small records."""


def invert(table):
    """Swap keys and values of a dictionary; keys with the same value are gathered in a list.

    >>> invert({"ann": 3, "bob": 5, "cid": 3})
    {3: ['ann', 'cid'], 5: ['bob']}
    """
    inverted = {}
    for key, value in table.items():
        inverted.setdefault(value, []).append(key)
    return inverted


def group_by_length(words):
    """Return a dictionary from each length to the words that have it, in their order.

    >>> group_by_length(["oak", "elm", "pine", "fir"])
    {3: ['oak', 'elm', 'fir'], 4: ['pine']}
    """
    groups = {}
    for word in words:
        groups.setdefault(len(word), []).append(word)
    return groups


def transpose(matrix):
    """Swap rows and columns of a matrix given as a list of rows.

    >>> transpose([[1, 2, 3], [4, 5, 6]])
    [[1, 4], [2, 5], [3, 6]]
    """
    return [list(column) for column in zip(*matrix)]


def matrix_product(a, b):
    """Multiply two matrices given as lists of rows.

    >>> matrix_product([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    [[19, 22], [43, 50]]
    """
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def count_neighbours(grid, row, column):
    """Count the living cells (1) among the up to eight cells around one cell.

    >>> count_neighbours([[1, 0, 1], [0, 1, 0], [1, 0, 0]], 1, 1)
    3
    """
    total = 0
    for r in range(row - 1, row + 2):
        for c in range(column - 1, column + 2):
            if (r, c) != (row, column) and 0 <= r < len(grid) and 0 <= c < len(grid[0]):
                total += grid[r][c]
    return total


def shortest_path(graph, start, goal):
    """Return a path with the fewest edges from start to goal, or None; graph maps nodes to their neighbours.

    >>> shortest_path({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, "a", "d")
    ['a', 'b', 'd']
    """
    paths = [[start]]
    visited = {start}
    while paths:
        path = paths.pop(0)
        if path[-1] == goal:
            return path
        for node in graph[path[-1]]:
            if node not in visited:
                visited.add(node)
                paths.append(path + [node])
    return None


def topological_order(needs):
    """Order tasks so that each comes after those it needs; `needs` maps a task to what must come first.

    >>> topological_order({"test": ["build"], "build": ["fetch"], "fetch": []})
    ['fetch', 'build', 'test']
    """
    order = []

    def visit(task):
        if task not in order:
            for earlier in needs[task]:
                visit(earlier)
            order.append(task)

    for task in needs:
        visit(task)
    return order


def make_change(cents, coins=(50, 20, 10, 5, 2, 1)):
    """Return how many of each coin give an amount when the largest coins are taken first.

    >>> make_change(88)
    {50: 1, 20: 1, 10: 1, 5: 1, 2: 1, 1: 1}
    """
    change = {}
    for coin in coins:
        count, cents = divmod(cents, coin)
        if count:
            change[coin] = count
    return change


def merge_totals(*tables):
    """Add up dictionaries of numbers key by key.

    >>> merge_totals({"pens": 2, "ink": 1}, {"pens": 5})
    {'pens': 7, 'ink': 1}
    """
    totals = {}
    for table in tables:
        for key, number in table.items():
            totals[key] = totals.get(key, 0) + number
    return totals


def top_scores(scores, count):
    """Return the names with the highest scores, best first; equal scores in alphabetical order.

    >>> top_scores({"zoe": 9, "al": 7, "bea": 9}, 2)
    ['bea', 'zoe']
    """
    return sorted(scores, key=lambda name: (-scores[name], name))[:count]


def get_path(record, path, default=None):
    """Read a value from dictionaries within dictionaries by a path with dots.

    >>> get_path({"user": {"address": {"city": "Oslo"}}}, "user.address.city")
    'Oslo'
    >>> get_path({}, "a.b", 0)
    0
    """
    for key in path.split("."):
        if not isinstance(record, dict) or key not in record:
            return default
        record = record[key]
    return record


def parse_query(query):
    """Turn a query string into a dictionary; a name without a value gets the empty string.

    >>> parse_query("page=2&sort=name&verbose")
    {'page': '2', 'sort': 'name', 'verbose': ''}
    """
    result = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        result[name] = value
    return result


def read_csv(text):
    """Turn lines of comma-separated values, the first of which names the columns, into dictionaries.

    >>> read_csv("city,rain\\nRome,3\\nBergen,20")
    [{'city': 'Rome', 'rain': '3'}, {'city': 'Bergen', 'rain': '20'}]
    """
    lines = text.splitlines()
    names = lines[0].split(",")
    return [dict(zip(names, line.split(","))) for line in lines[1:]]


def spiral(matrix):
    """Return the elements of a matrix clockwise from the outside to the inside.

    >>> spiral([[1, 2, 3], [8, 9, 4], [7, 6, 5]])
    [1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    result = []
    while matrix:
        result.extend(matrix[0])
        matrix = [list(row) for row in zip(*matrix[1:])][::-1]
    return result


def tree_depth(tree):
    """Return the number of levels of a tree, given as (value, list of subtrees); None has none.

    >>> tree_depth(("root", [("left", []), ("right", [("leaf", [])])]))
    3
    """
    if tree is None:
        return 0
    return 1 + max((tree_depth(child) for child in tree[1]), default=0)


def difference(old, new):
    """Return which keys were added, removed and changed between two dictionaries, each in order.

    >>> difference({"a": 1, "b": 2}, {"b": 3, "c": 4})
    {'added': ['c'], 'removed': ['a'], 'changed': ['b']}
    """
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": sorted(k for k in old.keys() & new.keys() if old[k] != new[k]),
    }
