// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/ViewState.h"

#include "client/widgets/error_text.h"

#include <QEvent>
#include <QPainter>
#include <QVBoxLayout>

using namespace std::chrono_literals;

namespace hpcbill::client
{

namespace
{

/// Grey bars where rows will be, so that nothing jumps when they come.
class Outlines final : public QWidget
{
public:
    Outlines(Theme& theme, QWidget* parent)
        : QWidget(parent)
        , m_theme(theme)
    {
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), m_theme.color("raised"));
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color("hover"));
        constexpr int rowHeight = 26;
        constexpr int widths[] = {12, 20, 9, 26, 14};
        for (int y = 8; y < height() - rowHeight; y += rowHeight) {
            int x = 12;
            for (const int share : widths) {
                const int width = this->width() * share / 100;
                painter.drawRoundedRect(x, y, width, 10, 4, 4);
                x += width + this->width() / 30;
            }
        }
    }

private:
    Theme& m_theme;
};

} // namespace

ViewState::ViewState(Theme& theme, QWidget* content, QWidget* parent)
    : QStackedWidget(parent)
    , m_theme(theme)
    , m_content(content)
    , m_outlines(new Outlines(theme, this))
    , m_message(new QWidget(this))
    , m_icon(new QLabel(m_message))
    , m_text(new QLabel(m_message))
    , m_small(new QLabel(m_message))
    , m_step(new QPushButton(m_message))
{
    m_outlines->setObjectName("loading");
    m_message->setObjectName("message");
    m_text->setObjectName("messageText");
    m_small->setObjectName("messageRequest");
    m_step->setObjectName("messageStep");
    for (QLabel* label : {m_icon, m_text, m_small})
        label->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_text->setMinimumWidth(200);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_small->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_small->setProperty("kind", "quiet");

    auto* layout = new QVBoxLayout(m_message);
    layout->setSpacing(8);
    layout->addStretch();
    layout->addWidget(m_icon);
    layout->addWidget(m_text);
    layout->addWidget(m_small);
    layout->addWidget(m_step, 0, Qt::AlignHCenter);
    layout->addStretch();

    addWidget(m_content);
    addWidget(m_outlines);
    addWidget(m_message);

    m_patience.setSingleShot(true);
    m_patience.setInterval(200ms);
    connect(&m_patience, &QTimer::timeout, this, [this] { setCurrentWidget(m_outlines); });
    connect(&m_theme, &Theme::changed, this, &ViewState::drawIcon);
    connect(m_step, &QPushButton::clicked, this, [this] {
        if (m_error)
            emit retryWanted();
        else
            emit stepWanted();
    });
}

void ViewState::showContent()
{
    m_patience.stop();
    m_error.reset();
    setCurrentWidget(m_content);
}

void ViewState::showLoading()
{
    m_error.reset();
    if (currentWidget() != m_outlines && !m_patience.isActive())
        m_patience.start();
}

void ViewState::showEmpty(const QString& sentence, const QString& step)
{
    m_error.reset();
    showMessage("empty", "quiet", sentence, {}, step);
}

void ViewState::showError(const ApiError& error)
{
    m_error = error;
    retranslate();
}

bool ViewState::follow(const PagedTableModel& model)
{
    switch (model.state()) {
    case PagedTableModel::State::idle:
        return false;
    case PagedTableModel::State::loading:
        showLoading();
        return false;
    case PagedTableModel::State::failed:
        showError(model.error());
        return false;
    case PagedTableModel::State::ready:
        break;
    }
    return true;
}

void ViewState::retranslate()
{
    if (!m_error)
        return; // the page says anew what is empty
    const bool isForbidden = m_error->kind == ApiError::Kind::forbidden;
    showMessage(isForbidden ? "lock" : "attention", isForbidden ? "quiet" : "attention", errorText(*m_error),
                requestText(*m_error), isForbidden ? QString() : tr("Try again"));
}

void ViewState::showMessage(const QString& icon, const QString& token, const QString& text,
                            const QString& small, const QString& step)
{
    m_patience.stop();
    m_iconName = icon;
    m_iconToken = token;
    drawIcon();
    m_text->setText(text);
    m_small->setText(small);
    m_small->setVisible(!small.isEmpty());
    m_step->setText(step);
    m_step->setVisible(!step.isEmpty());
    setCurrentWidget(m_message);
}

void ViewState::drawIcon()
{
    if (!m_iconName.isEmpty())
        m_icon->setPixmap(m_theme.icon(m_iconName, m_iconToken).pixmap(40, 40));
}

void ViewState::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QStackedWidget::changeEvent(event);
}

} // namespace hpcbill::client
