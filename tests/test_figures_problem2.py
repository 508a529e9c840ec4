"""Problem 2's figures show what the tables say, each number at its place."""

from itertools import product

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

import draw_grid
import draw_learning_curves
import draw_predictions
import draw_weights
from shared.figures import save, short, style


@pytest.fixture(autouse=True)
def in_style():
    with style():
        yield


COLUMNS = ["batch_size", "learning_rate", "epochs", "status", "train_fmse", "validation_fmse"]
HISTORY = ["epoch", "minibatch_fmse", "validation_fmse"]
N = 1000  # training examples


def records(rows, names):
    return np.rec.fromrecords(rows, names=names)


def grid(sizes=(16, 64), rates=(1e-4, 1e-3, 1e-2), lengths=(2, 5), diverged=(1e-2,)):
    """A made-up grid whose costs all differ; diverged learning rates stop after two epochs."""
    rows, histories = [], []
    for size, rate, length in product(sizes, rates, lengths):
        epoch = np.arange(1, length + 1)
        cost = 50 + 800 / (1 + epoch * rate * 1e4 / size)
        if rate in diverged:
            epoch, cost = epoch[:2], np.array([900, np.inf])[:length]
        histories.append(records(list(zip(epoch, cost * 2, cost, strict=True)), HISTORY))
        status, final = ("diverged", np.nan) if rate in diverged else ("ok", cost[-1])
        rows.append((size, rate, length, status, 0.9 * final, final))
    return records(rows, COLUMNS), histories


def cell(size, rate, length):
    return {"batch_size": size, "learning_rate": rate, "epochs": length}


CHOSEN = cell(16, 1e-3, 5)


def curves(chosen=CHOSEN, **settings):
    return draw_learning_curves.draw(*grid(**settings), chosen, N)


def lines(axes, **properties):
    """The panel's lines that have these properties."""
    return [
        line
        for line in axes.get_lines()
        if all(getattr(line, f"get_{name}")() == value for name, value in properties.items())
    ]


def legend(figure):
    """What each handle of the legend is called."""
    (box,) = figure.legends
    handles = zip([text.get_text() for text in box.texts], box.legend_handles, strict=True)
    return {label: handle for label, handle in handles if label.strip()}


# Learning curves


def combinations(figure, axes, sizes=(16, 64), rates=("1e-4", "1e-3", "1e-2")):
    """The thin solid curves by batch size and learning rate, as the legend identifies them."""
    found = {}
    for line in lines(axes, linewidth=0.9, linestyle="-"):
        for size, rate in product(sizes, rates):
            mark = legend(figure)[f"batch size {size}"]
            swatch = legend(figure)[f"ε = {rate}"]
            same_mark = line.get_marker() == mark.get_marker()
            if same_mark and to_hex(line.get_color()) == to_hex(swatch.get_facecolor()):
                assert (size, rate) not in found
                found[size, rate] = line
    assert len(found) == len(sizes) * len(rates)
    return found


def test_a_curves_colour_and_mark_identify_its_learning_rate_and_batch_size():
    cells, histories = grid(diverged=())
    figure = draw_learning_curves.draw(cells, histories, CHOSEN, N)
    for (size, rate), line in combinations(figure, figure.axes[1]).items():
        (row,) = np.flatnonzero(
            (cells.batch_size == size) & (cells.learning_rate == float(rate)) & (cells.epochs == 5)
        )
        np.testing.assert_array_equal(line.get_xdata(), histories[row].epoch)
        np.testing.assert_array_equal(line.get_ydata(), histories[row].validation_fmse)


def test_the_left_panel_shows_the_same_costs_against_learning_rate_times_steps():
    figure = curves(diverged=())
    left, right = (combinations(figure, axes) for axes in figure.axes)
    for (size, rate), line in left.items():
        steps = right[size, rate].get_xdata() * np.ceil(N / size)
        np.testing.assert_allclose(line.get_xdata(), float(rate) * steps)
        np.testing.assert_array_equal(line.get_ydata(), right[size, rate].get_ydata())


def test_each_validation_curve_has_a_dotted_one_of_its_mini_batches():
    for axes in curves(diverged=()).axes:
        training = lines(axes, linestyle=":")
        validation = lines(axes, linewidth=0.9, linestyle="-")
        for dotted, solid in zip(training, validation, strict=True):
            assert to_hex(dotted.get_color()) == to_hex(solid.get_color())
            np.testing.assert_array_equal(dotted.get_xdata(), solid.get_xdata())
            np.testing.assert_array_equal(dotted.get_ydata(), 2 * solid.get_ydata())


def test_the_learning_rates_can_be_told_apart_in_grey():
    handles = legend(curves(rates=list(np.geomspace(1e-4, 1e-2, 6)), chosen=cell(16, 1e-4, 5)))
    greys = [
        np.dot(to_rgb(handle.get_facecolor()), [0.299, 0.587, 0.114])
        for label, handle in handles.items()
        if label.startswith("ε")
    ]
    assert len(greys) == 6
    assert np.all(np.diff(greys) > 0.05)


def test_a_curve_has_a_mark_where_each_cell_ends_and_no_halo():
    axes = curves(lengths=(2, 3, 7), chosen=cell(16, 1e-3, 7), diverged=()).axes[1]
    for line in lines(axes, linewidth=0.9, linestyle="-"):
        assert list(line.get_xdata()[line.get_markevery()]) == [2, 3, 7]
        assert to_hex(line.get_markeredgecolor()) == to_hex(line.get_color())


def height(axes, line):
    """Where in the panel a single point is, 0 at the bottom and 1 at the top."""
    ((_, y),) = axes.transAxes.inverted().transform(
        line.get_transform().transform(line.get_xydata())
    )
    return y


def test_a_cell_that_diverged_gets_a_cross_where_it_stopped_near_the_upper_edge():
    figure = curves(lengths=(1, 9), chosen=cell(16, 1e-3, 9))
    for axes, ends in zip(figure.axes, [[2 * 0.01 * 63, 2 * 0.01 * 16], [2, 2]], strict=True):
        crosses = lines(axes, marker="x")
        assert [line.get_xdata()[0] for line in crosses] == ends
        swatch = legend(figure)["ε = 1e-2"]
        assert {to_hex(line.get_color()) for line in crosses} == {to_hex(swatch.get_facecolor())}
        assert all(0.8 < height(axes, line) < 1 for line in crosses)


def test_no_cross_hides_another_one():
    axes = curves(diverged=(1e-3, 1e-2), chosen=cell(16, 1e-4, 5)).axes[1]
    heights = sorted(height(axes, line) for line in lines(axes, marker="x"))
    np.testing.assert_allclose(np.diff(heights), [0.05] * 3)


def test_what_diverged_does_not_stretch_the_axis():
    cells, histories = grid()
    low, high = draw_learning_curves.draw(cells, histories, CHOSEN, N).axes[0].get_ylim()
    trained = [histories[row] for row in np.flatnonzero(cells.status == "ok")]
    lowest = min(history.validation_fmse.min() for history in trained)
    highest = max(history.minibatch_fmse.max() for history in trained)
    assert 0.5 * lowest < low < lowest
    assert highest < high < 1.5 * highest
    for history in histories:
        history.validation_fmse[np.isinf(history.validation_fmse)] = 1e30
    assert draw_learning_curves.draw(cells, histories, CHOSEN, N).axes[0].get_ylim() == (low, high)


@pytest.mark.parametrize("length", [2, 5])
def test_the_selected_cell_has_a_heavy_line_in_front_and_a_ring_at_its_last_epoch(length):
    left, right = curves(chosen=cell(64, 1e-3, length)).axes
    cost = 50 + 800 / (1 + length * 10 / 64)
    for axes, x in [(left, length * 1e-3 * 16), (right, length)]:
        (ring,) = lines(axes, fillstyle="none")
        (heavy,) = lines(axes, linewidth=2.4)
        np.testing.assert_allclose(ring.get_xydata(), [[x, cost]])
        np.testing.assert_allclose(heavy.get_xydata()[-1], [x, cost])
        assert heavy.get_zorder() > max(line.get_zorder() for line in lines(axes, linewidth=0.9))


def test_a_cell_that_ended_before_a_longer_one_diverged_can_be_the_selected_one():
    cells, histories = grid(sizes=(16,), rates=(1e-3,), diverged=(), lengths=(2, 5))
    histories[1].validation_fmse[3:] = np.inf
    cells = records([*cells.tolist()[:1], (16, 1e-3, 5, "diverged", np.nan, np.nan)], COLUMNS)
    axes = draw_learning_curves.draw(cells, histories, cell(16, 1e-3, 2), N).axes[1]
    (ring,) = lines(axes, fillstyle="none")
    (curve,) = (
        line for line in lines(axes, linewidth=0.9, linestyle="-") if len(line.get_xdata()) == 5
    )
    assert list(curve.get_xdata()[curve.get_markevery()]) == [2]
    assert list(ring.get_xdata()) == [2]
    assert list(lines(axes, marker="x")[0].get_xdata()) == [5]


def test_the_legend_names_only_what_is_drawn():
    figure = curves(sizes=(16,), diverged=())
    assert list(legend(figure)) == [
        "ε = 1e-4",
        "ε = 1e-3",
        "ε = 1e-2",
        "batch size 16",
        "validation (mark: a cell ends)",
        "training, mini-batches",
        "selected cell",
    ]
    assert "diverged" in legend(curves())


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [(1, [1, 2, 4, 8]), (4, [1, 2, 4, 8]), (8, [2, 4, 8, 16]), (64, [8, 16, 32, 64])],
)
def test_a_large_grid_is_drawn_around_the_selected_cell_and_says_so(chosen, shown):
    rates = [1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 4e-3, 8e-3]
    sizes = [64, 1, 2, 4, 8, 16, 32]
    figure = curves(sizes=sizes, rates=rates, diverged=(), chosen=cell(chosen, 1e-5, 5))
    labels = list(legend(figure))
    assert [label for label in labels if "batch size" in label] == [
        f"batch size {size}" for size in shown
    ]
    assert sum(label.startswith("ε") for label in labels) == 6
    assert "ε = 8e-3" not in labels
    assert "part of the grid" in figure.get_suptitle()
    assert curves().get_suptitle() == ""


# The heat maps


def fields(axes):
    """What is written in the field of each learning rate and batch size, by the axes' labels."""
    columns, rows = (
        dict(zip(ticks, axis.get_major_formatter().format_ticks(ticks), strict=True))
        for axis, ticks in [(axes.xaxis, axes.get_xticks()), (axes.yaxis, axes.get_yticks())]
    )
    written = {}
    for text in axes.texts:
        x, y = text.get_position()
        assert (rows[y], columns[x]) not in written
        written[rows[y], columns[x]] = text.get_text()
    return written


def patches(axes):
    """The lower left corners of what is hatched, and of what is framed."""
    corners = {True: [], False: []}
    for patch in axes.patches:
        assert (patch.get_width(), patch.get_height()) == (1, 1)
        corners[patch.get_hatch() is not None].append(patch.get_xy())
    return corners[True], corners[False]


def test_every_field_holds_its_own_cost():
    cells, _ = grid(sizes=(16, 64, 256))
    shuffled = cells[np.random.default_rng(3).permutation(len(cells))]
    *panels, _ = draw_grid.draw(shuffled, CHOSEN).axes
    for axes, length in zip(panels, [2, 5], strict=True):
        assert axes.get_title() == f"{length} epochs"
        written = fields(axes)
        for row in cells[cells.epochs == length]:
            text = written[short(row.learning_rate), row.batch_size]
            if row.status == "diverged":
                assert text == "diverged"
            else:
                assert float(text) == float(f"{row.validation_fmse:.3g}")


def test_every_fields_colour_follows_its_cost_on_one_scale():
    cells, _ = grid()
    *panels, _ = draw_grid.draw(cells, CHOSEN).axes
    for axes, length in zip(panels, [2, 5], strict=True):
        (image,) = axes.collections
        of_length = cells[cells.epochs == length]
        rows = np.lexsort((of_length.batch_size, of_length.learning_rate))
        np.testing.assert_array_equal(
            image.get_array().filled(np.nan).ravel(), of_length.validation_fmse[rows]
        )
        assert image.norm == panels[0].collections[0].norm


@pytest.mark.parametrize(
    ("costs", "top", "arrow"),
    [([60, 62, 66], 66, "neither"), ([60, 62, 900], 75, "max"), ([60, np.nan, 75], 75, "neither")],
)
def test_the_colours_end_a_quarter_above_the_lowest_cost(costs, top, arrow):
    cells, _ = grid(sizes=(16,), rates=(1e-3,), lengths=(1, 2, 3), diverged=())
    cells.validation_fmse[:] = costs
    figure = draw_grid.draw(cells, cell(16, 1e-3, 1))
    image = figure.axes[-2].collections[0]
    assert image.get_clim() == (60, top)
    assert image.colorbar.extend == arrow
    labels = [float(label.get_text()) for label in figure.axes[-1].get_yticklabels()]
    np.testing.assert_allclose(labels, np.linspace(60, top, 5), rtol=0.005)


def test_what_diverged_is_hatched_and_the_selected_cell_is_framed():
    first, second, _ = draw_grid.draw(grid()[0], cell(64, 1e-4, 5)).axes
    assert patches(first) == ([(0, 2), (1, 2)], [])
    assert patches(second) == ([(0, 2), (1, 2)], [(1, 0)])


def test_numbers_stand_out_from_their_fields():
    def luminance(color):
        channels = np.array(to_rgb(color))
        linear = np.where(channels > 0.04045, ((channels + 0.055) / 1.055) ** 2.4, channels / 12.92)
        return linear @ [0.2126, 0.7152, 0.0722]

    cells, _ = grid(rates=list(np.geomspace(1e-4, 1, 12)), diverged=())
    cells.validation_fmse[:] = np.linspace(50, 70, len(cells))
    *panels, _ = draw_grid.draw(cells, cell(16, 1e-4, 2)).axes
    for axes in panels:
        image = axes.collections[0]
        for text, cost in zip(axes.texts, image.get_array().ravel(), strict=True):
            light = luminance(text.get_color()), luminance(image.to_rgba([cost])[0][:3])
            assert (max(light) + 0.05) / (min(light) + 0.05) > 3.5


def test_a_grid_of_thirty_by_thirty_has_no_writing_in_its_fields_but_explains_the_hatching():
    rates = np.geomspace(1e-6, 1e-1, 30)
    cells, _ = grid(sizes=range(1, 31), rates=rates, diverged=rates[-3:])
    figure = draw_grid.draw(cells, cell(1, rates[0], 2))
    for axes in figure.axes[:2]:
        assert not axes.texts
        assert len(patches(axes)[0]) == 90
        assert len(axes.get_xticks()) < 15
    assert list(legend(figure)) == ["diverged"]
    assert not draw_grid.draw(grid()[0], CHOSEN).legends


def test_a_grid_of_one_cell_can_be_drawn(tmp_path):
    cells, histories = grid([16], [1e-3], [1])
    figure = draw_grid.draw(cells, cell(16, 1e-3, 1))
    assert fields(figure.axes[0])["1e-3", 16] == "542"  # 50 + 800 / (1 + 10 / 16)
    save(figure, tmp_path / "grid.svg")
    figure = draw_learning_curves.draw(cells, histories, cell(16, 1e-3, 1), N)
    save(figure, tmp_path / "curves.svg")


def test_many_numbers_of_epochs_fill_several_rows():
    cells, _ = grid(lengths=range(1, 7))
    *panels, _ = draw_grid.draw(cells, CHOSEN).axes
    corners = [axes.get_subplotspec().colspan.start for axes in panels]
    assert corners == [0, 1, 2, 0, 1, 2]


# The weights


def weights():
    return np.random.default_rng(0).normal(size=2304), np.linspace(0, 255, 2304)


def test_weights_and_mean_face_stand_upright():
    w, mean = weights()
    for axes, values in zip(draw_weights.draw(w, mean).axes, [w, mean], strict=False):
        (image,) = axes.images
        assert image.get_array()[5, 40] == values[5 * 48 + 40]
        left, right = axes.transData.transform([(0, 0), (47, 0)])
        top, bottom = axes.transData.transform([(0, 0), (0, 47)])
        assert left[0] < right[0]
        assert top[1] > bottom[1]
        assert tuple(image.get_extent()) == (-0.5, 47.5, 47.5, -0.5)


@pytest.mark.parametrize("extreme", [-9.0, 9.0])
def test_weight_zero_has_the_middle_colour(extreme):
    w, mean = weights()
    w[100] = extreme
    (image,) = draw_weights.draw(w, mean).axes[0].images
    assert image.get_clim() == (-9, 9)


def test_the_larger_a_weight_the_lighter_its_pixel():
    colours = np.array([draw_weights.SIGNED(x)[:3] for x in np.linspace(0, 1, 256)])
    grey = colours @ [0.299, 0.587, 0.114]
    assert np.all(np.diff(grey) > 0)
    assert grey[128] - grey[0] > 0.3
    assert grey[-1] - grey[128] > 0.2


# The predictions

AGE = np.array([0, 8, 31, 39.5, 33, 99])
PREDICTED = np.array([10, 20, 30, 40.5, 36, -12.0])


def test_both_axes_of_the_predictions_are_equal_and_hold_every_face():
    axes = draw_predictions.draw(AGE, PREDICTED).axes[0]
    assert axes.get_aspect() == 1
    assert axes.get_xlim() == axes.get_ylim()
    assert axes.get_xlim()[0] < -12
    assert axes.get_xlim()[1] > 100
    (faces,) = axes.collections
    np.testing.assert_array_equal(faces.get_offsets(), np.column_stack([AGE, PREDICTED]))
    perfect, _ = axes.get_lines()
    np.testing.assert_array_equal(perfect.get_xdata(), perfect.get_ydata())


def test_the_squares_are_the_mean_predictions_of_the_decades():
    _, means = draw_predictions.draw(AGE, PREDICTED).axes[0].get_lines()
    np.testing.assert_allclose(means.get_xydata(), [[4, 15], [34.5, 35.5], [99, -12]])


def test_the_bars_are_the_root_mean_square_errors_of_the_decades():
    axes = draw_predictions.draw(AGE, PREDICTED).axes[1]
    # errors 10, 12 | -1, 1, 3 | -111
    expected = np.sqrt([(100 + 144) / 2, (1 + 1 + 9) / 3, 111**2])
    np.testing.assert_allclose([bar.get_height() for bar in axes.patches], expected)
    assert [bar.get_x() for bar in axes.patches] == [0, 30, 90]
    assert {text.get_position()[0] // 10: text.get_text() for text in axes.texts} == {
        0: "2",
        3: "3",
        9: "1",
    }
    (overall,) = axes.get_lines()
    assert overall.get_ydata()[0] == pytest.approx(np.sqrt((244 + 11 + 111**2) / 6))
    assert overall.get_label() == "all ages: 45.8 years"


# All of them


FIGURES = {
    "curves": (draw_learning_curves.draw, lambda: (*grid(), CHOSEN, N)),
    "grid": (draw_grid.draw, lambda: (grid()[0], CHOSEN)),
    "weights": (draw_weights.draw, weights),
    "predictions": (draw_predictions.draw, lambda: (AGE.copy(), PREDICTED.copy())),
}


@pytest.mark.parametrize(("draw", "arguments"), FIGURES.values(), ids=FIGURES)
def test_drawing_leaves_its_arguments_as_they_are(draw, arguments):
    given, before = arguments(), arguments()
    draw(*given)
    assert_same(given, before)


def assert_same(given, before):
    for one, other in zip(given, before, strict=True):
        if isinstance(one, np.recarray):
            assert one.tobytes() == other.tobytes()  # nan equals itself here
        elif isinstance(one, list):
            assert_same(one, other)
        else:
            assert np.all(one == other)


@pytest.mark.parametrize(("draw", "arguments"), FIGURES.values(), ids=FIGURES)
def test_a_figure_is_as_wide_as_the_text_and_has_the_same_bytes_each_time(
    draw, arguments, tmp_path
):
    for name in ("once", "again"):
        figure = draw(*arguments())
        assert figure.get_figwidth() == 6.5
        save(figure, tmp_path / f"{name}.svg")
    assert (tmp_path / "once.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
