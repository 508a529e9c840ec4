"""Problem 2's figures show what the tables say, each number at its place."""

from itertools import product

import numpy as np
import pytest

from draw_network import draw_predictions, draw_weights
from draw_search import draw_grid, draw_learning_curves
from evaluate_test_set import errors_of_decades
from shared.figures import save, style
from shared.tables import colour_limits


@pytest.fixture(autouse=True)
def in_style():
    with style():
        yield


COLUMNS = ["batch_size", "learning_rate", "epochs", "status", "validation_fmse"]
HISTORY = ["epoch", "minibatch_fmse", "validation_fmse"]
N = 1000  # training examples


def grid(sizes=(16, 64), rates=(1e-4, 1e-3, 1e-2), lengths=(2, 5), diverged=(1e-2,)):
    """A made-up grid whose costs all differ; diverged learning rates stop after two epochs."""
    rows, histories = [], []
    for size, rate, length in product(sizes, rates, lengths):
        epoch = np.arange(1, (2 if rate in diverged else length) + 1)
        cost = 50 + 800 / (1 + epoch * rate * 1e4 / size)
        histories.append(np.rec.fromarrays([epoch, cost * 2, cost], names=HISTORY))
        outcome = ("diverged", np.nan) if rate in diverged else ("ok", cost[-1])
        rows.append((size, rate, length, *outcome))
    return np.rec.fromrecords(rows, names=COLUMNS), histories


def cell(size, rate, length):
    return {"batch_size": size, "learning_rate": rate, "epochs": length}


CHOSEN = cell(16, 1e-3, 5)


def curves(chosen=CHOSEN, **settings):
    return draw_learning_curves(*grid(**settings), chosen, N)


def lines(axes, name, value):
    """The points of each of the panel's lines whose property has this value."""
    alike = [line for line in axes.get_lines() if getattr(line, f"get_{name}")() == value]
    return [line.get_xydata() for line in alike]


def texts(written):
    return [text.get_text() for text in written]


# The learning curves


def test_each_batch_size_has_a_panel_with_both_costs_of_each_rate_against_rate_times_steps():
    cells, histories = grid(diverged=(), lengths=(5,))
    panels = draw_learning_curves(cells, histories, CHOSEN, N).axes
    validation = [line for axes in panels for line in lines(axes, "linewidth", 0.9)]
    training = [line for axes in panels for line in lines(axes, "linewidth", 0.6)]
    assert ["batch size 16", "batch size 64"] == [texts(axes.texts)[-1] for axes in panels]
    for row, history, held, own in zip(cells, histories, validation, training, strict=True):
        progress = row.learning_rate * history.epoch * np.ceil(N / row.batch_size)
        np.testing.assert_allclose(held.T, [progress, history.validation_fmse])
        np.testing.assert_allclose(own.T, [progress, history.minibatch_fmse])


@pytest.mark.parametrize("length", [2, 5])
def test_the_ends_of_cells_the_selected_one_and_divergence_are_marked(length):
    left, right = curves(chosen=cell(64, 1e-3, length)).axes
    ends = [n * 1e-3 * 16 for n in (2, 5)]
    np.testing.assert_allclose(lines(right, "markersize", 3)[1][:, 0], ends)
    assert lines(left, "fillstyle", "none") == []
    (ring,) = lines(right, "fillstyle", "none")
    np.testing.assert_allclose(ring, [[length * 1e-3 * 16, 50 + 800 / (1 + length * 10 / 64)]])
    (cross,) = lines(right, "marker", "x")
    np.testing.assert_allclose(cross, [[2 * 1e-2 * 16, 1]])


def test_rates_are_named_where_their_curves_end():
    left, _ = curves().axes
    named = {text.get_text(): text.get_position()[0] / 63 for text in left.texts}
    ends = {"1e-4": 5e-4, "1e-3": 5e-3, "1e-2": 2e-2}
    assert {rate: named[rate] for rate in ends} == pytest.approx(ends)


def test_a_large_grid_is_drawn_around_the_selected_cell_and_says_so():
    rates, sizes = list(np.geomspace(1e-6, 1e-2, 20)), [2**k for k in range(10)]
    figure = curves(sizes=sizes, rates=rates, diverged=(), chosen=cell(64, rates[4], 5))
    sizes = [int(texts(axes.texts)[-1].removeprefix("batch size ")) for axes in figure.axes]
    assert sizes == [8, 16, 32, 64, 128, 256]
    assert all(len(lines(axes, "linewidth", 0.9)) == 12 for axes in figure.axes)
    assert "part of the grid" in figure.get_suptitle()
    assert curves().get_suptitle() == ""


# The heat maps


def test_every_field_holds_its_own_cost_on_its_own_colour():
    cells, _ = grid(sizes=(16, 64, 256), diverged=())
    shuffled = cells[np.random.default_rng(3).permutation(len(cells))]
    *panels, _ = draw_grid(shuffled, CHOSEN).axes
    for axes, length in zip(panels, [2, 5], strict=True):
        assert axes.get_title() == f"{length} epochs"
        (image,) = axes.collections
        assert image.norm == panels[0].collections[0].norm
        written = {text.get_position(): float(text.get_text()) for text in axes.texts}
        for row in cells[cells.epochs == length]:
            y, x = (1e-4, 1e-3, 1e-2).index(row.learning_rate), (16, 64, 256).index(row.batch_size)
            assert image.get_array()[y, x] == row.validation_fmse
            assert written[x + 0.5, y + 0.5] == float(f"{row.validation_fmse:.3g}")
    assert texts(panels[0].get_xticklabels()) == ["16", "64", "256"]
    assert texts(panels[0].get_yticklabels()) == ["1e-4", "1e-3", "1e-2"]


def test_the_colours_end_a_quarter_above_the_lowest_cost():
    assert colour_limits(np.array([60, np.nan, 66])) == (60, 66)
    assert colour_limits(np.array([60, np.nan, 900])) == (60, 75)


def test_each_cell_that_diverged_is_hatched_and_the_selected_one_is_framed():
    cells, _ = grid(sizes=(16, 64, 256, 512))
    cells.validation_fmse[(cells.batch_size == 64) & (cells.learning_rate == 1e-3)] = np.nan
    first, second, _ = draw_grid(cells, cell(64, 1e-4, 5)).axes
    boxes = [(patch.get_hatch() is None, *patch.get_bbox().bounds) for patch in second.patches]
    hatched = [(False, 1, 1, 1, 1), *((False, column, 2, 1, 1) for column in range(4))]
    assert boxes == [*hatched, (True, 1, 0, 1, 1)]
    assert len(first.patches) == len(hatched)


# The weights

W, MEAN = np.random.default_rng(0).normal(size=2304), np.linspace(0, 255, 2304)


@pytest.mark.parametrize("extreme", [-9.0, 9.0])
def test_weights_and_mean_face_stand_upright_and_the_larger_a_weight_the_lighter(extreme):
    w = np.append(W[:-1], extreme)
    images = [axes.images[0] for axes in draw_weights(w, MEAN).axes[:2]]
    for image, values in zip(images, [w, MEAN], strict=True):
        assert image.get_array()[5, 40] == values[5 * 48 + 40]
        assert image.origin == "upper"
    assert images[0].get_clim() == (-9, 9)
    greys = images[0].to_rgba(np.linspace(-9, 9, 256))[:, :3] @ [0.299, 0.587, 0.114]
    assert np.all(np.diff(greys) > 0)


# The predictions

AGE = np.array([0, 8, 99] + 29 * [35] + 30 * [60])
PREDICTED = np.array([10, 20, -12.0] + 29 * [38] + 30 * [66])
METRICS = {"decades": errors_of_decades(AGE, PREDICTED), "test_fmse": 100}


def test_every_face_is_drawn_on_equal_axes_with_the_fitted_line():
    axes = draw_predictions(AGE, PREDICTED, METRICS).axes[0]
    assert axes.get_aspect() == 1
    assert axes.get_xlim()[0] < -12
    (faces,) = axes.collections
    np.testing.assert_array_equal(faces.get_offsets(), np.column_stack([AGE, PREDICTED]))
    perfect, fitted, means = (line.get_xydata() for line in axes.get_lines())
    np.testing.assert_array_equal(perfect[:, 0], perfect[:, 1])
    slope = np.cov(AGE, PREDICTED)[0, 1] / np.var(AGE, ddof=1)
    assert np.diff(fitted[:, 1]) / np.diff(fitted[:, 0]) == pytest.approx(slope)
    np.testing.assert_allclose(means, [[4, 15], [35, 38], [60, 66], [99, -12]])


def test_bars_are_the_root_mean_square_errors_of_decades_faded_where_few_faces_are():
    axes = draw_predictions(AGE, PREDICTED, METRICS).axes[1]
    expected = [np.sqrt((10**2 + 12**2) / 2), 3, 6, 111]
    np.testing.assert_allclose([bar.get_height() for bar in axes.patches], expected)
    assert [bar.get_x() for bar in axes.patches] == [0, 30, 60, 90]
    assert [bar.get_alpha() < 1 for bar in axes.patches] == [True, True, False, True]
    assert texts(axes.texts) == ["2", "29", "30", "1"]


# All of them


@pytest.mark.parametrize(
    "draw",
    [
        curves,
        lambda: curves(sizes=[16], rates=[1e-3], lengths=[5], diverged=()),
        lambda: draw_grid(grid()[0], CHOSEN),
        lambda: draw_grid(grid([16], [1e-3], [5], ())[0], CHOSEN),
        lambda: draw_weights(W, MEAN),
        lambda: draw_predictions(AGE, PREDICTED, METRICS),
    ],
)
def test_a_figure_is_as_wide_as_the_text_and_has_the_same_bytes_each_time(draw, tmp_path):
    for name in ("once", "again"):
        figure = draw()
        assert figure.get_figwidth() == 6.5
        save(figure, tmp_path / f"{name}.svg")
    assert (tmp_path / "once.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
