"""For each requirement a wrong answer, which is put below the right ones in the module."""

WRONG_ANSWERS = {
    "1b": "def problem_1b(A, B, C): return A.dot(B) + C",
    "1c": "def problem_1c(A, B, C): return A * B - C.T",
    "1d": "def problem_1d(x, y): return x.T.dot(y) + 1",
    "1e": "def problem_1e(A, i): return np.sum([entry for entry in A[i, ::2]])",
    "1f": "def problem_1f(A, c, d): return np.mean(A[np.nonzero((c <= A) & (A < d))])",
    "1g": """
def problem_1g(A, k):
    eigenvalues, eigenvectors = np.linalg.eig(A)
    return eigenvectors[:, np.argsort(-eigenvalues)[:k]]
""",
    "1h": """
def problem_1h(x, k, m, s):
    return np.reshape(x, (-1, 1)) + m + s * np.random.randn(len(x), k)
""",
    "1i": "def problem_1i(A): return A[:, ::-1].copy()",
    "1j": "def problem_1j(x): return (x - np.mean(x)) / np.std(x, ddof=1)",
    "1k": "def problem_1k(x, k): return np.repeat(np.atleast_2d(x), k, axis=0).T",
    "1l": "def problem_1l(X, Y): return np.sum((X[..., None] - Y[:, None]) ** 2, axis=0)",
    "2 cost": "def f_mse(X, y, w, b): return np.mean((X @ w + b - y) ** 2)",
    "2 SGD": """
search = grid_search
def grid_search(split, batch_sizes, learning_rates, epochs, seed):
    return search(split, batch_sizes, [2 * rate for rate in learning_rates], epochs, seed)
""",
    "2 grid": """
search = grid_search
def grid_search(split, batch_sizes, learning_rates, epochs, seed):
    return search(split, batch_sizes[:1], learning_rates, epochs, seed)
""",
    "2 validation": """
def select_best(cells):
    return min((cell for cell in cells if cell.status == "ok"), key=lambda cell: cell.train_fmse)
""",
    "2 report": """
search = grid_search
def grid_search(*arguments):
    cells = search(*arguments)
    return [cell._replace(last_training_costs=cell.last_training_costs[:5]) for cell in cells]
""",
    "3a i": """
gradient = gradient_3a
def gradient_3a(x):
    return np.where((3 <= x) & (x < 5), 3 * (x - 3.1) ** 2, gradient(x))
""",
    "3a ii": """
draw = problem3a
def problem3a():
    figure = draw()
    for legend in figure.findobj(lambda artist: type(artist).__name__ == "Legend"):
        legend.remove()
    return figure
""",
    "3a iii": """
draw = problem3a
def problem3a():
    print("ε = 0.1: the end is x = 0.12")
    return draw()
""",
    "3a iv": """
descend = gradient_descent
def gradient_descent(gradient, start, learning_rate, iterations):
    return descend(gradient, start, round(float(learning_rate), 3), iterations)
""",
    "3b i": """
draw = problem3b
def problem3b():
    figure = draw()
    for line in [line for axes in figure.axes for line in axes.lines]:
        line.remove()
    return figure
""",
    "3b ii": "def paraboloid(x, a, c): return np.sum(a * np.abs(x - c), axis=-1)",
    "3c": "def gradient_3c(x): return np.sqrt(np.abs(x))",
    "3d": "def gradient_3d(x): return 4 * x**3 - 4",
}
